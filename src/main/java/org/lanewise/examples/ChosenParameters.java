package org.lanewise.examples;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.Parameters;
import org.lanewise.Parameters.Parameter;
import org.lanewise.spec.Network;
import org.lanewise.spec.ParameterSpec;

/** Parameters with given values instead of random or learned ones. */
final class ChosenParameters {
    private ChosenParameters() {}

    /**
     * Names arrays after what a network learns.
     *
     * @param network what is to take them
     * @param values one array a parameter, in the network's order; shared, not copied
     * @throws IllegalArgumentException if an array has another length than its parameter
     */
    static Parameters of(Network network, double[]... values) {
        List<ParameterSpec> specs = network.parameters();
        List<Parameter> list = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            list.add(new Parameter(specs.get(i), values[i]));
        }
        return new Parameters(list);
    }
}
