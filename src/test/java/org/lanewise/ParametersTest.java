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

    @Test
    void mergesWhatMatchesByNameAndShape() {
        Parameters own = new Parameters(List.of(parameter("a.weight", List.of(2), 1, 2),
                parameter("b.weight", List.of(1, 2), 3, 4), parameter("c.bias", List.of(1), 5)));
        Parameters others = new Parameters(List.of(parameter("d.bias", List.of(1), 9),
                parameter("b.weight", List.of(2), 7, 8),
                parameter("a.weight", List.of(2), Double.NaN, -0.0)));
        Parameters.Merged merged = own.merge(others);
        assertEquals(List.of("a.weight"), merged.loaded());
        assertEquals(List.of("c.bias"), merged.missing());
        assertEquals(List.of("b.weight (found [2], expected [1, 2])"), merged.otherShapes());
        assertEquals(List.of("d.bias"), merged.unused());
        assertEquals(own.list().stream().map(Parameter::spec).toList(),
                merged.parameters().list().stream().map(Parameter::spec).toList());
        assertArrayEquals(new double[] {Double.NaN, -0.0}, merged.parameters().values("a.weight"));
        assertArrayEquals(new double[] {3, 4}, merged.parameters().values("b.weight"));
        merged.parameters().values("b.weight")[0] = 6;
        merged.parameters().values("a.weight")[0] = 6;
        assertArrayEquals(new double[] {3, 4}, own.values("b.weight"));
        assertArrayEquals(new double[] {Double.NaN, -0.0}, others.values("a.weight"));
    }

    @Test
    void refusesToMergeWhatMatchesNowhere() {
        Parameters own = new Parameters(List.of(parameter("a.weight", List.of(2), 1, 2),
                new Parameter(new ParameterSpec("n.running_mean", List.of(1), true, 0),
                        new double[1])));
        refused("no name and shape of the 2 parameters matches the network's: found a.weight,"
                + " n.running_mean, expected a.weight, n.running_mean",
                () -> own.merge(new Parameters(List.of(parameter("a.weight", List.of(3), 1, 2, 3),
                        parameter("n.running_mean", List.of(1), 4)))));
    }
}
