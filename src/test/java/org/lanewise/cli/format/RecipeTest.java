package org.lanewise.cli.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recipes as options of {@code lanewise train}. */
class RecipeTest {
    @TempDir
    Path folder;

    private List<String> arguments(String json) throws IOException {
        return Recipe.read(Files.writeString(folder.resolve("r.json"), json).toString())
                .arguments();
    }

    @Test
    void everyFieldIsAnOption() throws IOException {
        assertEquals(List.of("--network=lenet-5", "--normalize=0.5,0.25:1.0,2.0",
                "--augment=flip=alternating,crop=2:reflect", "--drop-last",
                "--initialize=*:type=pytorch", "--initialize=*.bias:type=constant,value=0.10",
                "--optimizer=sgd", "--dampening=0", "--learning-rate=1e-3", "--momentum=0.9",
                "--weight-decay=5E-4", "--nesterov",
                "--group=*.bias:learning_rate_factor=64,weight_decay=0,frozen_from_epoch=3",
                "--group=x", "--schedule=multi_step:milestones=30/60,gamma=0.5,unit=epoch",
                "--average=lookahead:every=5,decay=0.95,power=3", "--epochs=9.90",
                "--batch-size=7", "--seed=4294967295", "--precision=double", "--views=6"),
                arguments("""
                        {"network": "lenet-5",
                         "data": {"normalize": {"mean": [0.5, 0.25], "std": [1, 2]},
                                  "augment": [{"type": "flip", "alternating": true},
                                              {"type": "crop", "padding": 2, "mode": "reflect"}],
                                  "drop_last": true},
                         "initialize": [{"pattern": "*", "type": "pytorch"},
                                        {"pattern": "*.bias", "type": "constant", "value": 0.10}],
                         "optimizer": {"type": "sgd", "learning_rate": 1e-3, "momentum": 0.9,
                           "dampening": 0, "nesterov": true, "weight_decay": 5E-4,
                           "groups": [{"pattern": "*.bias", "learning_rate_factor": 64,
                                       "weight_decay": 0, "frozen_from_epoch": 3},
                                      {"pattern": "x"}]},
                         "schedule": {"type": "multi_step", "milestones": [30, 60], "gamma": 0.5,
                                      "unit": "epoch"},
                         "average": {"type": "lookahead", "every": 5, "decay": 0.95, "power": 3},
                         "epochs": 9.90, "batch_size": 7, "seed": 4294967295,
                         "precision": "double", "evaluate": {"views": 6}}"""));
    }

    @Test
    void otherOptimizersAndPointsAreOptionsToo() throws IOException {
        assertEquals(List.of("--network=digits", "--optimizer=nadam", "--epsilon=1e-8",
                "--momentum-decay=0.004", "--beta1=0.8", "--beta2=0.99",
                "--schedule=piecewise_linear:0=0.2,109=1,476=0.07", "--warm-up=3",
                "--warm-up-start=0.25"),
                arguments(
                        """
                                {"network": "digits", "optimizer": {"type": "nadam", "betas": [0.8, 0.99],
                                  "eps": 1e-8, "momentum_decay": 0.004, "nesterov": false},
                                 "schedule": {"type": "piecewise_linear", "warm_up_start": 0.25, "warm_up": 3,
                                              "points": [[0, 0.2], [109, 1], [476, 0.07]]}}"""));
    }

    @Test
    void networkFilesAreNextToTheRecipe() throws IOException {
        assertEquals(List.of("--network=" + folder.resolve("net.json")),
                arguments("{\"network\": \"net.json\"}"));
    }

    @Test
    void lossesReplaceThoseOfTheNetwork() throws IOException {
        String network = "{\"input\": [3], \"layers\": [{\"type\": \"linear\", \"out_features\":"
                + " 2, \"bias\": true}], \"loss\": %s}";
        assertEquals(List.of("--network=" + network.formatted("\"softmax_cross_entropy\"")),
                arguments("{\"network\": {\"input\": [3], \"layers\": [{\"type\": \"linear\","
                        + " \"out_features\": 2}]}}"));
        String smoothed = "{\"type\": \"softmax_cross_entropy\", \"label_smoothing\": 0.25}";
        assertEquals(List.of("--network=" + network.formatted("\"smooth_l1\""),
                "--loss=" + smoothed, "--loss-reduction=sum"),
                arguments("{\"network\": " + network.formatted("\"smooth_l1\"") + ", \"loss\": "
                        + smoothed + ", \"reduction\": \"sum\"}"));
        assertEquals(List.of("--network=lenet-5", "--loss=huber"),
                arguments("{\"network\": \"lenet-5\", \"loss\": \"huber\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {}                                              | network is missing
                    {"network": 3}                                  | network: found 3, expected a string
                    {"network": "digits", "epoch": 3}               | unknown field epoch; known here are network, data, initialize, loss, reduction, optimizer, schedule, average, epochs, batch_size, seed, precision, evaluate; did you mean epochs?
                    {"network": "digits", "epochs": "3"}            | epochs: found "3", expected a number
                    {"network": "digits", "data": {"augmnt": []}}   | data: unknown field augmnt; known here are normalize, augment, drop_last; did you mean augment?
                    {"network": "digits", "data": {"augment": [{"type": "flp"}]}} | data: augment[0]: augmentation 'flp' is unknown; expected one of flip, crop, cutout, color_jitter; did you mean flip?
                    {"network": "digits", "optimizer": {"type": "sgd", "nestrov": true}} | optimizer: unknown field nestrov; known here are type, alpha, dampening, eps, learning_rate, momentum, momentum_decay, weight_decay, betas, nesterov, centered, groups; did you mean nesterov?
                    {"network": "digits", "optimizer": {"type": "adam", "betas": [0.9]}} | optimizer: betas: found [0.9], expected two numbers
                    {"network": "digits", "optimizer": {}}          | optimizer: type is missing
                    {"network": "digits", "optimizer": {"type": "sgd", "groups": [{}]}} | optimizer: groups[0]: pattern is missing
                    {"network": "digits", "schedule": {"t_max": 3}} | schedule: type is missing
                    {"network": "digits", "schedule": {"type": "piecewise_linear", "points": [[0, 1], 3]}} | schedule: points: found [[0,1],3], expected an array of pairs [step, factor]
                    {"network": "digits", "precision": "half"}      | precision: found "half", expected double or single
                    {"network": "digits", "evaluate": {"view": 6}}  | evaluate: unknown field view; known here are views; did you mean views?
                    {"network": "digits", "loss": "hinge"}          | loss: type: found "hinge", expected one of softmax_cross_entropy, mean_squared_error, binary_cross_entropy_with_logits, smooth_l1, huber
                    """)
    void namesWhatIsWrong(String json, String message) {
        assertEquals(folder.resolve("r.json") + ": " + message,
                assertThrows(IllegalArgumentException.class, () -> arguments(json)).getMessage());
    }

    @Test
    void unknownRecipesAreRefusedWithTheKnownOnes() {
        assertEquals("lenet5: no such file; expected a recipe, or one of lenet-5, fashion-94,"
                + " resnet-20, cifar-94",
                assertThrows(IOException.class, () -> Recipe.read("lenet5")).getMessage());
    }

    /** As torch_cifar.py computes them; jmh/peers tests the numbers themselves. */
    @Test
    void cifar94IsTheTrainingOfTorchCifar() throws IOException {
        assertEquals(List.of("--network=cifar-94",
                "--normalize=0.4914,0.4822,0.4465:0.247,0.2435,0.2616",
                "--augment=flip=alternating,crop=2:reflect", "--drop-last",
                "--initialize=*:type=pytorch", "--initialize=b?.c?.weight:type=dirac",
                "--initialize=white.weight:type=whitening", "--initialize=white.bias:type=zeros",
                "--optimizer=sgd", "--learning-rate=0.0014648437500000002", "--momentum=0.85",
                "--weight-decay=1.3623652173913041", "--nesterov",
                "--group=b?.n?.bias:learning_rate_factor=64,weight_decay=0.021286956521739127",
                "--group=white.weight:frozen_from_epoch=0",
                "--group=white.bias:frozen_from_epoch=3",
                "--schedule=piecewise_linear:0=0.2,109=1,476=0.07",
                "--average=lookahead:every=5,decay=0.95,power=3", "--epochs=9.9",
                "--batch-size=1024", "--seed=1", "--precision=double", "--views=6"),
                Recipe.read("cifar-94").arguments());
    }
}
