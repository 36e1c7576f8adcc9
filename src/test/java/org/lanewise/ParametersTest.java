package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;

/** Named arrays: one of each name, shared unless copied, held against a network as a whole. */
class ParametersTest {
    private static Parameter parameter(String name, List<Integer> shape, double... values) {
        return new Parameter(new ParameterSpec(name, shape), values);
    }

    private static void refused(String message, Executable run) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, run).getMessage());
    }

    @Test
    void anArrayHasAsManyValuesAsItsShape() {
        refused("0.weight: shape [2, 3] needs 6 values, found 5",
                () -> parameter("0.weight", List.of(2, 3), 1, 2, 3, 4, 5));
        refused("0.weight: shape [2, 3] needs 6 values, found 7",
                () -> parameter("0.weight", List.of(2, 3), 1, 2, 3, 4, 5, 6, 7));
    }

    @Test
    void twoOfOneNameAreRefused() {
        refused("two parameters are named 0.bias",
                () -> new Parameters(List.of(parameter("0.bias", List.of(1), 1),
                        parameter("1.bias", List.of(1), 2), parameter("0.bias", List.of(1), 3))));
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnesInOrder() {
        Parameters parameters = new Parameters(List.of(parameter("1.bias", List.of(1), 1),
                parameter("0.bias", List.of(1), 2)));
        refused("no parameter is named 0.weight; there are [1.bias, 0.bias]",
                () -> parameters.values("0.weight"));
        assertEquals(List.of("1.bias", "0.bias"),
                parameters.list().stream().map(found -> found.spec().name()).toList());
    }

    @Test
    void valuesAreSharedAndACopyHasItsOwn() {
        double[] values = {1, 2};
        Parameters parameters = new Parameters(List.of(parameter("0.bias", List.of(2), values)));
        Parameters copy = parameters.copy();
        assertSame(values, parameters.values("0.bias"));
        values[0] = 9;
        copy.values("0.bias")[1] = 8;
        assertArrayEquals(new double[] {9, 2}, parameters.values("0.bias"));
        assertArrayEquals(new double[] {1, 8}, copy.values("0.bias"));
        assertEquals(parameters.list().getFirst().spec(), copy.list().getFirst().spec());
    }

    @Test
    void everyMismatchWithANetworkIsListed() {
        Network network = Network.input(3).linear(2).relu().linear(4).softmaxCrossEntropy();
        Parameters parameters = new Parameters(List.of(
                parameter("9.extra", List.of(1), 1),
                parameter("0.weight", List.of(3, 2), new double[6]),
                parameter("2.bias", List.of(4), new double[4]),
                parameter("0.bias", List.of(3), new double[3]),
                parameter("weight", List.of(1), 1)));
        refused("parameters do not fit the network: 0.weight: found shape [3, 2], expected"
                + " [2, 3]; 0.bias: found shape [3], expected [2]; 2.weight: missing, expected"
                + " shape [4, 2]; 9.extra: not a parameter of this network; weight: not a"
                + " parameter of this network", () -> parameters.requireMatch(network));
    }

    @Test
    void theOrderOfNamesDoesNotMatterToANetwork() {
        Network network = Network.input(3).linear(1).meanSquaredError();
        new Parameters(List.of(parameter("0.bias", List.of(1), 4),
                parameter("0.weight", List.of(1, 3), 1, 2, 3))).requireMatch(network);
    }
}
