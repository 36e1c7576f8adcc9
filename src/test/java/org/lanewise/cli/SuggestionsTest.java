package org.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Suggestions for misspelt options and for names that other programs use. */
class SuggestionsTest {
    private static final List<String> OPTIONS = List.of("--learning-rate", "--momentum",
            "--batch-size", "--epochs", "--network", "--nesterov", "--threads", "--clip-norm",
            "--checkpoint-dir", "--checkpoint-every", "--save");

    @ParameterizedTest
    @CsvSource({"--lr, --learning-rate", "--lr=0.1, --learning-rate", "--LR, --learning-rate",
            "--model, --network", "--output, --save", "-j, --threads",
            "--batch_size, --batch-size", "--learn, --learning-rate", "--epoch, --epochs",
            "--momentun, --momentum", "--ecpohs, --epochs", "--treads, --threads",
            "--checkpoint-dri, --checkpoint-dir"})
    void suggestsTheOptionThatWasMeant(String word, String expected) {
        assertEquals(Optional.of(expected), Suggestions.nearest(word, OPTIONS));
    }

    @ParameterizedTest
    @CsvSource({"--speed", "-x", "--", "--check", "--load", "--apocs"})
    void suggestsNothingFarOffOrAmbiguous(String word) {
        assertEquals(Optional.empty(), Suggestions.nearest(word, OPTIONS));
    }

    @Test
    void suggestsTheOutputOfCommandsThatSaveNothing() {
        assertEquals(Optional.of("--output"),
                Suggestions.nearest("--save", List.of("--data", "--output")));
    }

    @Test
    void countsInsertionsDeletionsReplacementsAndSwaps() {
        assertEquals(0, Suggestions.distance("train", "train"));
        assertEquals(1, Suggestions.distance("trian", "train"));
        assertEquals(1, Suggestions.distance("tran", "train"));
        assertEquals(1, Suggestions.distance("ttrain", "train"));
        assertEquals(1, Suggestions.distance("brain", "train"));
        assertEquals(5, Suggestions.distance("", "train"));
        assertEquals(3, Suggestions.distance("kitten", "sitting"));
    }
}
