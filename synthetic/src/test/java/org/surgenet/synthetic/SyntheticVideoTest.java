package org.surgenet.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyntheticVideoTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 96;
    private static final double SECONDS = 12;

    private static SyntheticVideo video(long seed, int number) {
        return new SyntheticVideo(seed, number, SECONDS, WIDTH, HEIGHT);
    }

    /** A frame inside the body, in the given phase. */
    private static int frameIn(SyntheticVideo video, SurgicalPhase phase) {
        int middle = -1;
        for (int f = 0; f < video.frames(); f++) {
            if (video.phase(f) == phase && video.insideBody(f)) {
                middle = f;
                if (f > 0 && video.phase(f - 1) == phase && f % 7 == 0) {
                    break;
                }
            }
        }
        assertThat(middle).isNotNegative();
        return middle;
    }

    @Test
    void sameSeedSamePixelsWhateverTheOrder() {
        SyntheticVideo forwards = video(5, 2);
        SyntheticVideo backwards = video(5, 2);
        Picture a = forwards.render(60);
        Picture b = forwards.render(200);
        Picture b2 = backwards.render(200);
        Picture a2 = backwards.render(60);

        assertThat(a2.rgb()).isEqualTo(a.rgb());
        assertThat(a2.classes()).isEqualTo(a.classes());
        assertThat(b2.rgb()).isEqualTo(b.rgb());
        assertThat(b2.classes()).isEqualTo(b.classes());
    }

    @Test
    void anotherSeedOrPatientIsAnotherPicture() {
        byte[] first = video(5, 1).render(100).rgb();

        assertThat(video(6, 1).render(100).rgb()).isNotEqualTo(first);
        assertThat(video(5, 2).render(100).rgb()).isNotEqualTo(first);
    }

    @Test
    void patientsDifferInColour() {
        double[] one = meanColour(video(0, 1), TissueClass.LIVER);
        double widest = 0;
        for (int n = 2; n <= 6; n++) {
            double[] other = meanColour(video(0, n), TissueClass.LIVER);
            double square = 0;
            for (int c = 0; c < 3; c++) {
                square += (one[c] - other[c]) * (one[c] - other[c]);
            }
            widest = Math.max(widest, Math.sqrt(square));
        }

        assertThat(widest).isGreaterThan(15.0);
    }

    private static double[] meanColour(SyntheticVideo video, TissueClass kind) {
        Picture picture = video.render(frameIn(video, SurgicalPhase.PREPARATION));
        double[] sum = new double[3];
        int count = 0;
        for (int i = 0; i < picture.classes().length; i++) {
            if (picture.classes()[i] == kind.ordinal()) {
                count++;
                for (int c = 0; c < 3; c++) {
                    sum[c] += picture.rgb()[3 * i + c] & 255;
                }
            }
        }
        assertThat(count).isPositive();
        for (int c = 0; c < 3; c++) {
            sum[c] /= count;
        }
        return sum;
    }

    @Test
    void masksAgreeWithColours() {
        double metal = 0;
        double fat = 0;
        double liver = 0;
        int videos = 4;
        for (int n = 1; n <= videos; n++) {
            SyntheticVideo video = video(0, n);
            Picture picture = video.render(frameIn(video, SurgicalPhase.PREPARATION));
            metal += saturation(picture, TissueClass.GRASPER) / videos;
            fat += saturation(picture, TissueClass.FAT) / videos;
            liver += saturation(picture, TissueClass.LIVER) / videos;
            double[] yellow = meanColour(video, TissueClass.FAT);
            double[] red = meanColour(video, TissueClass.LIVER);
            // Fat is yellow: green follows red. Liver is red or brown: green is well below red.
            assertThat(yellow[1] / yellow[0]).isGreaterThan(red[1] / red[0]);
        }

        // Metal has no colour but that of its room's light.
        assertThat(metal).isLessThan(0.25);
        assertThat(fat).isGreaterThan(0.3);
        assertThat(liver).isGreaterThan(0.3);
    }

    /** Mean of (max - min) / max over the pixels of a class. */
    private static double saturation(Picture picture, TissueClass kind) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < picture.classes().length; i++) {
            if (picture.classes()[i] == kind.ordinal()) {
                int r = picture.rgb()[3 * i] & 255;
                int g = picture.rgb()[3 * i + 1] & 255;
                int b = picture.rgb()[3 * i + 2] & 255;
                int max = Math.max(r, Math.max(g, b));
                sum += max == 0 ? 0 : (max - Math.min(r, Math.min(g, b))) / (double) max;
                count++;
            }
        }
        assertThat(count).isGreaterThan(20);
        return sum / count;
    }

    @Test
    void cornersOutsideTheDiscAreBlackBackground() {
        SyntheticVideo video = video(3, 1);
        Picture picture = video.render(frameIn(video, SurgicalPhase.CALOT_TRIANGLE_DISSECTION));

        for (int at : new int[] {0, WIDTH - 1, WIDTH * (HEIGHT - 1), WIDTH * HEIGHT - 1}) {
            assertThat(picture.classes()[at]).isEqualTo(TissueClass.BACKGROUND.id());
            assertThat(picture.rgb()[3 * at + 1] & 255).isLessThan(12);
        }
    }

    @Test
    void phasesFollowEachOtherInOrder() {
        for (int n = 1; n <= 5; n++) {
            SyntheticVideo video = video(0, n);
            Set<SurgicalPhase> seen = EnumSet.noneOf(SurgicalPhase.class);
            for (int f = 0; f < video.frames(); f++) {
                if (f > 0) {
                    assertThat(video.phase(f).ordinal() - video.phase(f - 1).ordinal())
                            .isBetween(0, 1);
                }
                seen.add(video.phase(f));
            }
            assertThat(seen).containsExactly(SurgicalPhase.values());
        }
    }

    @Test
    void hookIsSeenInDissectionAndNotInPreparation() {
        SyntheticVideo video = video(0, 3);
        int hook = 0;
        for (int f = 0; f < video.frames(); f += 5) {
            boolean shown = count(video.render(f), TissueClass.L_HOOK) > 0;
            SurgicalPhase phase = video.phase(f);
            if (shown) {
                assertThat(phase)
                        .isIn(
                                SurgicalPhase.CALOT_TRIANGLE_DISSECTION,
                                SurgicalPhase.GALLBLADDER_DISSECTION);
                hook++;
            }
        }

        assertThat(hook).isGreaterThan(5);
    }

    @Test
    void gallbladderHasGoneAtTheEnd() {
        SyntheticVideo video = video(0, 2);
        Picture early = video.render(frameIn(video, SurgicalPhase.PREPARATION));
        Picture late = video.render(frameIn(video, SurgicalPhase.CLEANING_COAGULATION));

        assertThat(count(early, TissueClass.GALLBLADDER)).isGreaterThan(200);
        assertThat(count(late, TissueClass.GALLBLADDER)).isZero();
    }

    @Test
    void outOfBodyIsBright() {
        SyntheticVideo video = video(0, 1);
        int last = video.frames() - 1;
        Picture theatre = video.render(last);
        Picture inside = video.render(frameIn(video, SurgicalPhase.PREPARATION));

        assertThat(video.insideBody(last)).isFalse();
        assertThat(video.insideBody(0)).isFalse();
        assertThat(brightness(theatre)).isGreaterThan(1.3 * brightness(inside));
        assertThat(count(theatre, TissueClass.BACKGROUND)).isEqualTo(WIDTH * HEIGHT);
    }

    private static double brightness(Picture picture) {
        long sum = 0;
        for (byte b : picture.rgb()) {
            sum += b & 255;
        }
        return sum / (double) picture.rgb().length;
    }

    private static int count(Picture picture, TissueClass kind) {
        int count = 0;
        for (byte b : picture.classes()) {
            count += b == kind.ordinal() ? 1 : 0;
        }
        return count;
    }

    @Test
    void criteriaAreMeansOfThreeVotesAndNeverFallBeforeClipping() {
        double[] total = new double[3];
        int unanimous = 0;
        int divided = 0;
        for (int n = 1; n <= 12; n++) {
            SyntheticVideo video = video(0, n);
            double[] before = new double[3];
            for (int f = 0; video.phase(f) != SurgicalPhase.CLIPPING_CUTTING; f++) {
                double[] now = video.criteria(f);
                for (int c = 0; c < 3; c++) {
                    assertThat(now[c] * 3).isIn(0.0, 1.0, 2.0, 3.0);
                    assertThat(now[c]).isGreaterThanOrEqualTo(before[c]);
                    total[c] += now[c];
                    if (now[c] == 0.0 || now[c] == 1.0) {
                        unanimous++;
                    } else {
                        divided++;
                    }
                }
                before = now;
            }
        }

        assertThat(total).doesNotContain(0.0);
        assertThat(divided).isPositive().isLessThan(unanimous);
    }
}
