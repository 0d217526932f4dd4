package org.surgenet.common;

/**
 * Checks of settings' values, for the records that hold them. A wrong value is a {@link
 * SettingException} with the setting's key.
 */
public final class Require {
    private Require() {}

    /**
     * @param right whether the value is right
     * @param problem what it must be, or why it cannot be
     * @throws SettingException if it is wrong
     */
    public static void that(boolean right, String key, Object value, String problem) {
        if (!right) {
            throw new SettingException(key, value, problem);
        }
    }

    /**
     * @throws SettingException if a value is less than {@code least}
     */
    public static void atLeast(int least, String key, long value) {
        that(value >= least, key, value, "must be at least " + least);
    }

    /**
     * @throws SettingException if a value is negative
     */
    public static void notNegative(String key, long value) {
        that(value >= 0, key, value, "must not be negative");
    }

    /**
     * @throws SettingException if a value is negative, NaN or infinite
     */
    public static void notNegative(String key, double value) {
        that(value >= 0 && Double.isFinite(value), key, value, "must not be negative");
    }

    /**
     * @throws SettingException if a value is not above 0, or infinite
     */
    public static void positive(String key, double value) {
        that(value > 0 && Double.isFinite(value), key, value, "must be positive");
    }

    /**
     * @throws SettingException if a value is not 0 to 1
     */
    public static void fraction(String key, double value) {
        that(value >= 0 && value <= 1, key, value, "must lie between 0 and 1");
    }
}
