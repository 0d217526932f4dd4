package org.surgenet.common;

import java.util.Map;

/**
 * One of several parts of some work, for machines that share it.
 *
 * @param index from 0
 * @param count of all parts
 */
public record Shard(int index, int count) {
    private static final String TASK = "SLURM_ARRAY_TASK_ID";
    private static final String TASKS = "SLURM_ARRAY_TASK_COUNT";
    private static final String FIRST = "SLURM_ARRAY_TASK_MIN";

    public Shard {
        if (count < 1 || index < 0 || index >= count) {
            throw new UserException(
                    "shard " + index + "/" + count + ": I of I/N is from 0 to N - 1, as in 0/4");
        }
    }

    /**
     * Reads {@code 0/4}, or {@code auto}.
     *
     * @param environment where {@code auto} looks for Slurm's variables
     * @throws UserException if it is neither
     */
    public static Shard parse(String text, Map<String, String> environment) {
        if (text.equals("auto")) {
            String task = environment.get(TASK);
            String tasks = environment.get(TASKS);
            if (task == null || tasks == null) {
                throw new UserException(
                        "shard auto: "
                                + TASK
                                + " and "
                                + TASKS
                                + " are not set; this is no Slurm"
                                + " array job, set shard to I/N");
            }
            int first = number(environment.getOrDefault(FIRST, "0"), text);
            return new Shard(number(task, text) - first, number(tasks, text));
        }
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new UserException("shard '" + text + "' is neither I/N, such as 0/4, nor auto");
        }
        return new Shard(number(parts[0], text), number(parts[1], text));
    }

    private static int number(String digits, String text) {
        try {
            return Integer.parseInt(digits.strip());
        } catch (NumberFormatException e) {
            throw new UserException(
                    "shard '" + text + "': '" + digits + "' is not a whole number", e);
        }
    }

    /** {@code failures.csv} becomes {@code failures-0-of-4.csv}, so that parts do not collide. */
    public String fileName(String name) {
        int dot = name.lastIndexOf('.');
        return name.substring(0, dot) + "-" + index + "-of-" + count + name.substring(dot);
    }
}
