package org.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.io.Faults.assertFault;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Backend;
import org.lanewise.SampleException;
import org.lanewise.Samples;
import org.lanewise.Trainer;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.TrainingProgress;
import org.lanewise.io.Crafted;
import org.lanewise.io.SmallProcess;
import org.lanewise.spec.AvgPool2d;
import org.lanewise.spec.ClassNames;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Shape;
import org.lanewise.spec.Window;

class ImageFolderTest {
    private static final Network NETWORK = Network.input(1, 2, 3).flatten().linear(3)
            .softmaxCrossEntropy();

    @TempDir
    private Path folder;

    private DataSet read() throws IOException {
        return read(NETWORK, OtherSize.REFUSE);
    }

    /** Reads every image too. */
    private Samples readAll() throws IOException {
        Samples samples = read().train();
        try {
            for (int i = 0; i < samples.size(); i++) {
                first(samples, i);
            }
            return samples;
        } catch (SampleException e) {
            throw (IOException) e.getCause().getCause();
        }
    }

    private DataSet read(Network network, OtherSize otherSize) throws IOException {
        return DataSets.read(folder, network, NonFinite.REFUSE, otherSize);
    }

    /** One colour all over. */
    private void write(String name, int height, int width, int red, int green, int blue)
            throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            image.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
        }
        assertTrue(ImageIO.write(image, "png", file.toFile()));
    }

    private void writeGrey(String name, int level) throws IOException {
        write(name, 2, 3, level, level, level);
    }

    private static double first(Samples samples, int index) {
        double[] input = new double[(int) samples.shape().size()];
        samples.copyInput(index, input, 0);
        return input[0];
    }

    @Test
    void foldersNameTheClasses() throws IOException {
        writeGrey("train/dog/b.png", 51);
        writeGrey("train/cat ü/9.png", 153);
        writeGrey("test/dog/x.png", 255);
        DataSet set = read();
        ClassNames names = new ClassNames(List.of("cat ü", "dog"));
        assertEquals(names, set.train().classes());
        assertEquals(names, set.test().orElseThrow().classes());
        assertEquals("dog", names.name(set.test().orElseThrow().label(0)));
        assertEquals("2", names.name(2));
    }

    @Test
    void findsImagesInFoldersOfFolders() throws IOException {
        writeGrey("b/2.png", 51);
        writeGrey("b/deep/er/1.png", 102);
        writeGrey("a.png", 153);
        Files.write(folder.resolve("notes.txt"), new byte[1]);
        Files.createSymbolicLink(folder.resolve("b/deep/loop"), folder);
        List<Path> images = DataSets.images(folder);
        assertEquals(List.of(folder.resolve("a.png"), folder.resolve("b/2.png"),
                folder.resolve("b/deep/er/1.png")), images);
        Samples samples = DataSets.readImages(images, NETWORK, OtherSize.REFUSE);
        assertEquals(102 / 255.0, first(samples, 2));
        Path empty = Files.createDirectories(folder.resolve("empty/within"));
        assertFault(empty.getParent(), () -> DataSets.images(empty.getParent()),
                "holds no images");
    }

    @Test
    void classesAndImagesAreNumberedByName() throws IOException {
        writeGrey("train/dog/b.png", 51);
        writeGrey("train/dog/a.PNG", 102);
        writeGrey("train/cat/9.png", 153);
        writeGrey("train/Ant/1.png", 204);
        writeGrey("test/dog/x.png", 255);
        Files.write(folder.resolve("train/dog/.DS_Store"), new byte[1]);
        Files.write(folder.resolve("train/dog/Thumbs.db"), new byte[1]);
        DataSet set = read();
        Samples train = set.train();
        assertEquals(new Shape.Image(1, 2, 3), train.shape());
        assertEquals(4, train.size());
        int[] labels = {0, 1, 2, 2};
        double[] levels = {0.8, 0.6, 0.4, 0.2};
        for (int i = 0; i < 4; i++) {
            assertEquals(labels[i], train.label(i));
            assertEquals(levels[i], first(train, i));
        }
        assertEquals(2, set.test().orElseThrow().label(0));
        assertEquals(List.of(), set.warnings());
    }

    @Test
    void withoutASplitAllIsToLearnFrom() throws IOException {
        writeGrey("cat/a.png", 1);
        writeGrey("dog/a.png", 2);
        assertEquals(2, read().train().size());
        assertTrue(read().test().isEmpty());
    }

    @Test
    void channelsFollowTheNetwork() throws IOException {
        write("a/a.png", 2, 3, 10, 20, 30);
        Network colours = Network.input(3, 2, 3).flatten().linear(2).softmaxCrossEntropy();
        double[] input = new double[18];
        read(colours, OtherSize.REFUSE).train().copyInput(0, input, 0);
        assertArrayEquals(new double[] {10 / 255.0, 20 / 255.0, 30 / 255.0},
                new double[] {input[0], input[6], input[17]});
        for (Network network : List.of(
                Network.input(2, 2, 3).flatten().linear(2).softmaxCrossEntropy(),
                Network.input(6).linear(2).softmaxCrossEntropy())) {
            assertFault(folder, () -> read(network, OtherSize.REFUSE),
                    "images have 1 channel or 3; the network's input is " + network.input());
        }
    }

    @Test
    void otherSizes() throws IOException {
        writeGrey("a/a.png", 5);
        write("a/b.png", 200, 100, 7, 7, 7);
        assertFault(folder.resolve("a/b.png"), this::readAll, "is 200x100", "takes 2x3");
        Files.move(folder.resolve("a/b.png"), folder.resolve("a/0.png"));
        assertFault(folder.resolve("a/0.png"), this::read, "is 200x100", "takes 2x3");
        Files.move(folder.resolve("a/0.png"), folder.resolve("a/b.png"));
        assertEquals(7 / 255.0, first(read(NETWORK, OtherSize.RESIZE).train(), 1));
    }

    @Test
    void whatDoesNotBelong() throws IOException {
        writeGrey("train/cat/a.png", 5);
        Path notes = Crafted.write(folder.resolve("train/cat"), "notes.txt", new byte[1]);
        assertFault(notes, this::read, "is no image by its name; expected .png, .jpg or .jpeg");
        Files.delete(notes);
        Path nested = Files.createDirectory(folder.resolve("train/cat/more"));
        assertFault(nested, this::read, "is no image by its name");
        Files.delete(nested);
        Path stray = Crafted.write(folder.resolve("train"), "a.png", new byte[1]);
        assertFault(stray, this::read, "is no folder; expected only a folder of images");
        Files.delete(stray);
        Path empty = Files.createDirectory(folder.resolve("train/dog"));
        assertFault(empty, this::read, "holds no images");
        Files.delete(empty);
        writeGrey("test/bird/a.png", 5);
        assertFault(folder.resolve("test/bird"), this::read, "is no class of", "those are cat");
    }

    @Test
    void moreClassesThanOutputs() throws IOException {
        for (String name : List.of("a", "b", "c", "d")) {
            writeGrey(name + "/1.png", 5);
        }
        assertFault(folder, this::read,
                "holds folders of 4 classes, but the network has 3 outputs");
    }

    @Test
    void oneClassAloneIsAWarning() throws IOException {
        writeGrey("a/1.png", 5);
        writeGrey("a/2.png", 5);
        assertEquals(List.of(folder + ": all 2 samples are of class 0"), read().warnings());
    }

    @Test
    void aDamagedImageIsNamed() throws IOException {
        writeGrey("a/1.png", 5);
        byte[] content = Files.readAllBytes(folder.resolve("a/1.png"));
        Path file = Crafted.write(folder.resolve("a"), "2.png",
                Crafted.flip(content, content.length - 20, 0));
        assertFault(file, this::readAll, "is damaged: the CRC-32 of the chunk at byte");
        assertEquals(file + ": is damaged: the CRC-32 of the chunk at byte 33 is not that of its"
                + " content (sample 1 of its set)",
                assertThrows(SampleException.class,
                        () -> first(read().train(), 1)).getMessage());
    }

    /** All but a few files are empty: none but those of the batches so far were looked into. */
    @Test
    void imagesAreDecodedAsTheyAreNeeded() throws IOException {
        for (int i = 0; i < 8; i++) {
            writeGrey("a/0000" + i + ".png", 30 * i);
        }
        Path empty = Crafted.write(folder.resolve("a"), "90000.png", new byte[0]);
        for (int i = 1; i < 3000; i++) {
            Files.createLink(folder.resolve("a/" + (90_000 + i) + ".png"), empty);
        }
        Samples samples = read().train();
        assertEquals(3008, samples.size());
        Trainer trainer = new Trainer(NETWORK,
                TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(4).shuffle(false));
        String message = assertThrows(SampleException.class,
                () -> trainer.train(samples, 1, TrainingListener.SILENT)).getMessage();
        assertEquals(empty + ": begins with nothing; PNG begins with 89 50 4e 47, JPEG with ff d8"
                + " ff (sample 8 of its set)", message);
        assertEquals(2, trainer.state().position().steps());
    }

    /** Sets differ in names, order and lengths of files, before anything is decoded. */
    @Test
    void aTrainingIsResumedWithTheSameFiles() throws IOException {
        for (int i = 0; i < 8; i++) {
            write("a/" + i + ".png", 2, 3, i, 9 * i, 255 - i);
        }
        TrainingOptions options = TrainingOptions.of(Optimizer.sgd(0.1)).batchSize(3);
        Trainer trainer = new Trainer(NETWORK, options);
        trainer.train(read().train(), 1, TrainingListener.SILENT);
        Trainer resumed = new Trainer(NETWORK, options);
        resumed.restore(trainer.state());
        resumed.train(read().train(), 2, TrainingListener.SILENT);
        Files.move(folder.resolve("a/7.png"), folder.resolve("a/70.png"));
        Trainer other = new Trainer(NETWORK, options);
        other.restore(trainer.state());
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> other.train(read().train(), 2, TrainingListener.SILENT)).getMessage()
                .startsWith("these are not the samples of the training to resume"));
    }

    /** More than a gigabyte of decoded images in a quarter of that. */
    @Test
    void setsLargerThanTheHeap() throws IOException, InterruptedException {
        int side = 600;
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, i % side << 10 | i / side);
        }
        Path first = Files.createDirectories(folder.resolve("a")).resolve("0.png");
        assertTrue(ImageIO.write(image, "png", first.toFile()));
        for (int i = 1; i < 1000; i++) {
            Files.createLink(folder.resolve("a/" + i + ".png"), first);
        }
        assertEquals("1000 samples, 500 steps of 500\n",
                SmallProcess.run("true", "256m", Large.class, folder.toString()));
    }

    /** Trains an epoch in a JVM of its own. */
    static final class Large {
        private Large() {}

        public static void main(String[] arguments) throws IOException {
            Network network = Network.input(3, 600, 600).layer(new AvgPool2d(Window.of(200)
                    .stride(200), true)).flatten().linear(2).softmaxCrossEntropy();
            Samples samples = DataSets.read(Path.of(arguments[0]), network, NonFinite.REFUSE)
                    .train();
            try (ForkJoinPool pool = new ForkJoinPool(2)) {
                Trainer trainer = new Trainer(network, TrainingOptions.of(Optimizer.sgd(1e-3))
                        .batchSize(2).backend(Backend.SCALAR), pool);
                int[] steps = new int[2];
                trainer.train(samples, 1, new TrainingListener() {
                    @Override
                    public void step(TrainingProgress progress) {
                        steps[0]++;
                        steps[1] = progress.stepsPerEpoch();
                    }
                });
                System.out.println(samples.size() + " samples, " + steps[0] + " steps of "
                        + steps[1]);
            }
        }
    }
}
