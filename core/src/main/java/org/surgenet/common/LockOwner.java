package org.surgenet.common;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The process that holds a {@link RunLock}, as its file tells, and whether it is still alive as far
 * as another process can know.
 *
 * <p>A process is told from a later one of the same number by its start. Numbers are compared only
 * within one boot of one machine and one process namespace: containers may share a host's name and
 * not its processes.
 *
 * @param id of this holding of the lock, unlike any other
 * @param host the machine's name
 * @param machine its id ({@code /etc/machine-id}); empty where there is none, as in many containers
 * @param boot id of the boot; empty where the system has none
 * @param namespace of the process numbers; empty where the system has none
 * @param pid number of the process
 * @param start of the process: clock ticks since the boot, or milliseconds since 1970
 * @param user whose process it is
 * @param started when the lock was taken, for people
 * @param command for people, such as {@code surgenet curate}
 * @param launch what {@code mpirun} or {@code srun} started together has the same text here; empty
 *     without one
 * @param job Slurm's number of the job; empty outside of Slurm
 * @param restarts how often Slurm had put the job back into the queue
 */
record LockOwner(
        String id,
        String host,
        String machine,
        String boot,
        String namespace,
        long pid,
        String start,
        String user,
        String started,
        String command,
        String launch,
        String job,
        long restarts) {
    private static final Path PROC = Path.of("/proc");
    private static final AtomicLong HOLDINGS = new AtomicLong(System.nanoTime());
    private static final String TICKS = "ticks ";
    private static final String MILLIS = "ms ";

    /** By how much two readings of a start in milliseconds may differ where clocks are set. */
    private static final long MILLIS_SLACK = 2000;

    /** What can be known of another process. */
    enum Life {
        ALIVE,
        DEAD,
        /** On another machine, in another container, or hidden. */
        UNKNOWN
    }

    /** This process. */
    static LockOwner current(String command, String launch) {
        long pid = ProcessHandle.current().pid();
        String start = startOf(pid).orElse("");
        Map<String, String> environment = System.getenv();
        return new LockOwner(
                pid + "-" + start.replaceAll("\\D", "") + "-" + HOLDINGS.incrementAndGet(),
                hostName(),
                text(Path.of("/etc/machine-id")),
                text(PROC.resolve("sys/kernel/random/boot_id")),
                processNamespace(),
                pid,
                start,
                System.getProperty("user.name", ""),
                Instant.now().toString(),
                command,
                launch,
                environment.getOrDefault("SLURM_JOB_ID", ""),
                restarts(environment.getOrDefault("SLURM_RESTART_COUNT", "0")));
    }

    /** What a lock's file says; empty if it is no such text, as where it is just being written. */
    static Optional<LockOwner> parse(byte[] text, String origin) {
        JsonNode json;
        try {
            json = Json.parse(text, origin);
        } catch (UserException e) {
            return Optional.empty();
        }
        return json.path("id").asText("").isEmpty() || !json.path("pid").isIntegralNumber()
                ? Optional.empty()
                : Optional.of(
                        new LockOwner(
                                json.path("id").asText(),
                                json.path("host").asText(),
                                json.path("machine").asText(),
                                json.path("boot").asText(),
                                json.path("pid_namespace").asText(),
                                json.path("pid").asLong(),
                                json.path("process_start").asText(),
                                json.path("user").asText(),
                                json.path("started").asText(),
                                json.path("command").asText(),
                                json.path("launch").asText(),
                                json.path("slurm_job").asText(),
                                json.path("slurm_restarts").asLong()));
    }

    /** The lock's file. */
    String toJson() {
        return Json.pretty(
                Json.object()
                        .put("command", command)
                        .put("host", host)
                        .put("pid", pid)
                        .put("started", started)
                        .put("user", user)
                        .put("process_start", start)
                        .put("machine", machine)
                        .put("boot", boot)
                        .put("pid_namespace", namespace)
                        .put("launch", launch)
                        .put("slurm_job", job)
                        .put("slurm_restarts", restarts)
                        .put("id", id));
    }

    /** For messages: who holds the lock, where, and since when. */
    String describe() {
        return command
                + ", process "
                + pid
                + " on host "
                + host
                + (job.isEmpty() ? "" : ", Slurm job " + job)
                + ", started "
                + started;
    }

    /** Whether this owner still runs, seen from {@code self}. */
    Life life(LockOwner self) {
        if (!job.isEmpty() && job.equals(self.job) && restarts < self.restarts) {
            // Slurm puts a job back into the queue only after it has ended its processes.
            return Life.DEAD;
        }
        if (!host.equals(self.host)) {
            return Life.UNKNOWN;
        }
        if (!boot.equals(self.boot)) {
            boolean restarted = !machine.isEmpty() && machine.equals(self.machine);
            return restarted ? Life.DEAD : Life.UNKNOWN;
        }
        return namespace.equals(self.namespace) ? lifeOfProcess(self) : Life.UNKNOWN;
    }

    private Life lifeOfProcess(LockOwner self) {
        Optional<String> now = startOf(pid);
        if (now.isEmpty()) {
            boolean hidden = !user.equals(self.user) && hidesProcesses();
            return hidden ? Life.UNKNOWN : Life.DEAD;
        }
        return sameStart(start, now.get()) ? Life.ALIVE : Life.DEAD;
    }

    private static boolean sameStart(String a, String b) {
        if (a.startsWith(MILLIS) && b.startsWith(MILLIS)) {
            long apart =
                    Long.parseLong(a.substring(MILLIS.length()))
                            - Long.parseLong(b.substring(MILLIS.length()));
            return Math.abs(apart) <= MILLIS_SLACK;
        }
        return a.equals(b);
    }

    /** Whether other users' processes cannot be seen here ({@code /proc} with hidepid). */
    private static boolean hidesProcesses() {
        return Files.isDirectory(PROC.resolve("self")) && !Files.isReadable(PROC.resolve("1/stat"));
    }

    /** When a process started; empty if there is none, or it has ended and awaits its burial. */
    static Optional<String> startOf(long pid) {
        if (Files.isReadable(PROC.resolve("self/stat"))) {
            // Ticks since the boot: unlike ProcessHandle's time they do not move with the clock.
            String stat = text(PROC.resolve(pid + "/stat"));
            // The name before the state is in parentheses and may hold anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
            return fields.length < 20 || fields[0].equals("Z") || fields[0].equals("X")
                    ? Optional.empty()
                    : Optional.of(TICKS + fields[19]);
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().startInstant())
                .map(instant -> MILLIS + instant.toEpochMilli());
    }

    private static String processNamespace() {
        try {
            return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static String hostName() {
        String name = text(PROC.resolve("sys/kernel/hostname"));
        if (!name.isEmpty()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static long restarts(String count) {
        try {
            return Long.parseLong(count.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A small file of the system; empty where it is not there. */
    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
