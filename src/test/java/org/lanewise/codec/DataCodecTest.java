package org.lanewise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.spec.Augmentation;
import org.lanewise.spec.Augmentation.Padding;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Normalization;

/** Normalizations and augmentations as JSON and as text. */
class DataCodecTest {
    private static final List<Augmentation> ALL = List.of(new Augmentation.Flip(false),
            new Augmentation.Flip(true), new Augmentation.Crop(4, Padding.ZERO),
            new Augmentation.Crop(10_000, Padding.REFLECT), new Augmentation.Cutout(12),
            new Augmentation.ColorJitter(0, 1.0 / 3, 1e300));

    private static List<Augmentation> read(String json) {
        return DataCodec.augmentations(JsonFields.parse("recipe", json));
    }

    @Test
    void whatIsWrittenIsRead() {
        assertEquals(Stream.of(Augmentation.class.getPermittedSubclasses())
                .collect(Collectors.toSet()),
                ALL.stream().map(Object::getClass).collect(Collectors.toSet()));
        for (int from = 0; from <= ALL.size(); from++) {
            List<Augmentation> list = ALL.subList(from, ALL.size());
            assertEquals(list, read("{\"augment\": " + DataCodec.json(list) + "}"));
            assertEquals(list, DataCodec.augmentations(DataCodec.text(list)));
        }
        assertEquals("flip,flip=alternating,crop=4,crop=10000:reflect,cutout=12,"
                + "color_jitter=0.0:0.3333333333333333:1.0E300", DataCodec.text(ALL));
        assertEquals("none", DataCodec.text(List.of()));
        assertEquals(List.of(), read("{}"));
        assertEquals(List.of(new Augmentation.Flip(false), new Augmentation.Crop(1, Padding.ZERO)),
                read("{\"augment\": [{\"type\": \"flip\"}, {\"type\": \"crop\", \"padding\": 1}]}"));
        assertEquals(List.of(new Augmentation.Crop(1, Padding.ZERO)),
                DataCodec.augmentations("crop=1:zero"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {"type": "flop"}                      | augmentation 'flop' is unknown; expected one of flip, crop, cutout, color_jitter; did you mean flip?
                    {"type": "flip", "alternate": true}   | unknown field alternate; known here are type, alternating; did you mean alternating?
                    {"type": "crop"}                      | padding is missing
                    {"type": "crop", "padding": 0}        | crop: padding is 0, expected 1 to 10000 pixels on each side
                    {"type": "crop", "padding": 1, "mode": "edge"} | crop: mode is 'edge', expected zero or reflect
                    {"type": "cutout", "size": 1.5}       | size: found 1.5, expected a whole number up to 2147483647
                    """)
    void objectsThatAreNoneAreRefused(String object, String message) {
        assertEquals("recipe: augment[0]: " + message,
                assertThrows(IllegalArgumentException.class,
                        () -> read("{\"augment\": [" + object + "]}")).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    crops=3          | augmentation 'crops' is unknown; expected one of flip, crop, cutout, color_jitter; did you mean crop?
                    flip=yes         | augmentation: found 'flip=yes', expected flip or flip=alternating
                    crop             | augmentation: found 'crop', expected crop=PADDING, crop=PADDING:zero or crop=PADDING:reflect
                    crop=x           | augmentation: found 'crop=x', expected a whole number of pixels
                    cutout=1:2       | augmentation: found 'cutout=1:2', expected cutout=SIZE
                    color_jitter=1:2 | augmentation: found 'color_jitter=1:2', expected color_jitter=BRIGHTNESS:CONTRAST:SATURATION
                    color_jitter=1:2:y | augmentation: found 'color_jitter=1:2:y', expected numbers
                    'flip,'          | augmentation '' is unknown; expected one of flip, crop, cutout, color_jitter
                    """)
    void textsThatAreNoneAreRefused(String text, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> DataCodec.augmentations(text)).getMessage());
    }

    @Test
    void aNetworkKeepsItsNormalization() {
        Network network = Network.input(2, 1, 1).flatten().linear(2).softmaxCrossEntropy();
        Normalization normalization = Normalization.of(new double[] {0.1, -3}, new double[] {1, 2});
        NetworkDocument document = new NetworkDocument(network, ClassNames.UNKNOWN, normalization);
        assertEquals(document, NetworkDocument.parse("", document.line()));
        assertEquals(document, NetworkDocument.parse("", document.text()));
        String line = document.line();
        assertEquals("x: normalization: found 2 means and 1 standard deviations, expected as many",
                assertThrows(IllegalArgumentException.class, () -> NetworkDocument.parse("x",
                        line.replace("[1.0, 2.0]", "[1.0]"))).getMessage());
        assertThrows(IllegalArgumentException.class, () -> NetworkDocument.parse("x",
                line.replace("[0.1, -3.0]", "[1, 2, 3]").replace("[1.0, 2.0]", "[1, 2, 3]")));
        assertThrows(IllegalArgumentException.class, () -> NetworkDocument.parse("x",
                line.replace("\"std\"", "\"dev\"")));
    }
}
