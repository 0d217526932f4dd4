package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.surgenet.dataset.Split;
import org.surgenet.nn.ImageNorm;
import org.surgenet.task.InputSize;
import org.surgenet.task.seg.SegmentationTask;

class ModelCardTest {
    private static ModelCard card(String source, OptionalLong splitSeed) {
        return new ModelCard(
                new SegmentationTask(),
                "caformer_test",
                List.of("background", "tool"),
                new InputSize(64, 32),
                ImageNorm.IMAGENET,
                "data",
                "folders",
                source,
                "0",
                splitSeed,
                "none",
                "",
                1,
                "dice",
                0.5,
                2,
                true,
                3,
                "test");
    }

    @Test
    void theSeedOfTheSplitIsNotThatOfTheTraining() {
        String drawn = Split.draw(List.of("a", "b", "c"), 8).source();
        ObjectNode json = card(drawn, OptionalLong.of(8)).toJson();
        assertThat(ModelCard.fromJson(json, "card").splitSeed()).hasValue(8);
        assertThat(ModelCard.fromJson(json, "card").seed()).isEqualTo(3);
    }

    @Test
    void modelsFromBeforeTheSplitHadASeedUsedThatOfTheirTraining() {
        String drawn = Split.draw(List.of("a", "b", "c"), 3).source();
        ObjectNode json = card(drawn, OptionalLong.empty()).toJson();
        assertThat(ModelCard.fromJson(json, "card").splitSeed()).hasValue(3);
        json = card("file split.csv", OptionalLong.empty()).toJson();
        assertThat(ModelCard.fromJson(json, "card").splitSeed()).isEmpty();
    }
}
