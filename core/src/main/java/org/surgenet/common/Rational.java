package org.surgenet.common;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * An exact fraction, for rates and times.
 *
 * @param num numerator
 * @param den denominator, positive; the fraction is in lowest terms
 */
public record Rational(long num, long den) implements Comparable<Rational> {
    public static final Rational ZERO = new Rational(0, 1);
    public static final Rational ONE = new Rational(1, 1);

    public Rational {
        if (den == 0) {
            throw new IllegalArgumentException("the denominator is zero");
        }
        long sign = den < 0 ? -1 : 1;
        long divisor = gcd(Math.abs(num), Math.abs(den));
        num = sign * num / divisor;
        den = sign * den / divisor;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /**
     * Reads {@code 1}, {@code 29.97} (exactly 2997/100) or {@code 30000/1001}.
     *
     * @param what names the number in the error
     * @throws UserException if it is none of these
     */
    public static Rational parse(String text, String what) {
        try {
            int slash = text.indexOf('/');
            Rational top = decimal(slash < 0 ? text : text.substring(0, slash));
            return slash < 0 ? top : top.dividedBy(decimal(text.substring(slash + 1)));
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new UserException(
                    what + " '" + text + "' is not a number such as 1, 29.97 or 1/2", e);
        }
    }

    /**
     * Reads seconds, {@code MM:SS} or {@code H:MM:SS}, each with a fraction at the end if need be.
     *
     * @param what names the time in the error
     * @throws UserException if it is none of these
     */
    public static Rational parseTime(String text, String what) {
        Rational time = ZERO;
        String[] parts = text.split(":", -1);
        for (String part : parts) {
            time = time.times(new Rational(60, 1)).plus(parse(part, what));
        }
        if (parts.length > 3 || time.compareTo(ZERO) < 0) {
            throw new UserException(what + " '" + text + "' is not a time such as 90 or 1:30:00");
        }
        return time;
    }

    private static Rational decimal(String text) {
        BigDecimal value = new BigDecimal(text.strip());
        if (value.scale() > 9 || value.precision() - value.scale() > 12) {
            throw new ArithmeticException("out of range");
        }
        BigDecimal scaled = value.setScale(9);
        return new Rational(scaled.unscaledValue().longValueExact(), 1_000_000_000L);
    }

    /**
     * @throws ArithmeticException if the result does not fit, as for the others below
     */
    public Rational times(Rational other) {
        return of(big(num).multiply(big(other.num)), big(den).multiply(big(other.den)));
    }

    public Rational dividedBy(Rational other) {
        return of(big(num).multiply(big(other.den)), big(den).multiply(big(other.num)));
    }

    public Rational plus(Rational other) {
        return of(
                big(num).multiply(big(other.den)).add(big(other.num).multiply(big(den))),
                big(den).multiply(big(other.den)));
    }

    public Rational minus(Rational other) {
        return plus(new Rational(-other.num, other.den));
    }

    private static Rational of(BigInteger num, BigInteger den) {
        BigInteger divisor = num.gcd(den);
        if (divisor.signum() == 0) {
            throw new ArithmeticException("division by zero");
        }
        return new Rational(
                num.divide(divisor).longValueExact(), den.divide(divisor).longValueExact());
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    /** {@code value} times this, to the nearest whole number, halves away from zero. */
    public long timesRound(long value) {
        if (fits(value)) {
            long product = value * num;
            long magnitude = (Math.abs(product) + den / 2) / den;
            // An odd denominator has no halves, an even one is halved exactly.
            return product < 0 ? -magnitude : magnitude;
        }
        return times(new Rational(value, 1)).round();
    }

    /** {@code value} times this, to the next whole number below. */
    public long timesFloor(long value) {
        return fits(value)
                ? Math.floorDiv(value * num, den)
                : times(new Rational(value, 1)).floor();
    }

    private boolean fits(long value) {
        long limit = Long.MAX_VALUE / 4;
        return den < limit && Math.abs(value) <= limit / Math.max(1, Math.abs(num));
    }

    /** The largest whole number that is not above this one. */
    public long floor() {
        return Math.floorDiv(num, den);
    }

    /** The smallest whole number that is not below this one. */
    public long ceil() {
        return -Math.floorDiv(-num, den);
    }

    /** The nearest whole number, halves away from zero: FFmpeg's {@code AV_ROUND_NEAR_INF}. */
    public long round() {
        BigInteger twice = big(num).abs().shiftLeft(1).add(big(den));
        long magnitude = twice.divide(big(den).shiftLeft(1)).longValueExact();
        return num < 0 ? -magnitude : magnitude;
    }

    public double toDouble() {
        return (double) num / den;
    }

    @Override
    public int compareTo(Rational other) {
        long high = Math.multiplyHigh(num, other.den);
        int order = Long.compare(high, Math.multiplyHigh(other.num, den));
        return order != 0 ? order : Long.compareUnsigned(num * other.den, other.num * den);
    }

    /** As it can be read back: {@code 1} or {@code 30000/1001}. */
    @Override
    public String toString() {
        return den == 1 ? Long.toString(num) : num + "/" + den;
    }
}
