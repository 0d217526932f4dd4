package org.surgenet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.UserException;

/** Files that numpy 2.4.6 saved: 0 to 11 in three rows of four. */
class NpyTest {
    @TempDir Path folder;

    private static Path file(String name) throws URISyntaxException {
        return Path.of(NpyTest.class.getResource("/image/labels_" + name + ".npy").toURI());
    }

    @Test
    void readsIntegersOfEveryWidth() throws URISyntaxException {
        byte[] expected = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        for (String kind : new String[] {"i8", "u1", "be"}) {
            Npy map = Npy.read(file(kind));
            assertThat(map.width()).isEqualTo(4);
            assertThat(map.height()).isEqualTo(3);
            assertThat(map.labels()).isEqualTo(expected);
        }
        assertThat(Npy.read(file("bool")).labels())
                .containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    }

    /** What {@code np.save(file, map.T)} writes comes column by column. */
    @Test
    void readsFortransOrderAsTheSameMap() throws URISyntaxException {
        Npy columns = Npy.read(file("columns"));
        Npy rows = Npy.read(file("i8"));
        assertThat(columns.width()).isEqualTo(rows.width());
        assertThat(columns.labels()).isEqualTo(rows.labels());
        assertThat(columns.isBoolean()).isFalse();
        assertThat(Npy.read(file("bool")).isBoolean()).isTrue();
    }

    @Test
    void refusesWhatIsNoLabelMap() throws URISyntaxException, IOException {
        assertThatThrownBy(() -> Npy.read(file("negative")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("pixel (2, 1) has the value -1");
        assertThatThrownBy(() -> Npy.read(file("float")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is not a label map");
        byte[] whole = Files.readAllBytes(file("i8"));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Npy.read(cut)).isInstanceOf(UserException.class);
        }
    }
}
