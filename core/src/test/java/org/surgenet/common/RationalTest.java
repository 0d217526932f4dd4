package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RationalTest {
    @ParameterizedTest
    @CsvSource({"1,1,1", "29.97,2997,100", "30000/1001,30000,1001", "1/2,1,2", "0.5/0.25,2,1"})
    void readsNumbers(String text, long num, long den) {
        assertThat(Rational.parse(text, "fps")).isEqualTo(new Rational(num, den));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1/0", "1/2/3", "1e40", "NaN", "0.00000000000001"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Rational.parse(text, "fps"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("fps");
    }

    @Test
    void readsTimes() {
        assertThat(Rational.parseTime("1:30:00.5", "t")).isEqualTo(new Rational(10801, 2));
        assertThat(Rational.parseTime("90", "t")).isEqualTo(new Rational(90, 1));
        assertThatThrownBy(() -> Rational.parseTime("1:2:3:4", "t"))
                .isInstanceOf(UserException.class);
        assertThatThrownBy(() -> Rational.parseTime("-5", "t")).isInstanceOf(UserException.class);
    }

    @Property
    void timesRoundsHalvesAwayFromZero(
            @ForAll @LongRange(min = -40_000_000_000_000L, max = 40_000_000_000_000L) long value,
            @ForAll @IntRange(min = 1, max = 100_000) int num,
            @ForAll @IntRange(min = 1, max = 1_000_000) int den) {
        BigDecimal exact =
                BigDecimal.valueOf(value)
                        .multiply(BigDecimal.valueOf(num))
                        .divide(BigDecimal.valueOf(den), 12, RoundingMode.DOWN);
        // Twelve places tell a half from all else: denominators are below a million.
        long rounded = exact.setScale(0, RoundingMode.HALF_UP).longValueExact();
        long floor =
                new java.math.BigInteger(Long.toString(value))
                        .multiply(java.math.BigInteger.valueOf(num))
                        .subtract(
                                java.math.BigInteger.valueOf(value)
                                        .multiply(java.math.BigInteger.valueOf(num))
                                        .mod(java.math.BigInteger.valueOf(den)))
                        .divide(java.math.BigInteger.valueOf(den))
                        .longValueExact();

        assertThat(new Rational(num, den).timesRound(value)).isEqualTo(rounded);
        assertThat(new Rational(num, den).timesFloor(value)).isEqualTo(floor);
    }

    @Property
    void orderIsThatOfExactFractions(
            @ForAll long a, @ForAll @LongRange(min = 1) long b, @ForAll long c) {
        if (a == Long.MIN_VALUE || c == Long.MIN_VALUE) {
            return;
        }
        Rational x = new Rational(a, b);
        Rational y = new Rational(c, b);

        assertThat(x.compareTo(y)).isEqualTo(Long.compare(a, c));
    }
}
