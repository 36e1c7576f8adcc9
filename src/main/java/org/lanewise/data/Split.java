package org.lanewise.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lanewise.Samples;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.NumericArray;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Shape;

/**
 * Inputs and what they should give, from files.
 *
 * @param inputs one row a sample
 * @param answers class labels, or rows of target values
 */
record Split(Rows inputs, LoadedArray answers) {
    /** {@return the samples, checked against the network that is to learn from them} */
    Samples samples(Network network, NonFinite nonFinite) throws FileFormatException {
        Inputs checked = Inputs.of(inputs, network, nonFinite);
        int rows = answers.rows();
        if (rows != checked.rows()) {
            throw answers.fault(rows + " rows for the " + checked.rows() + " samples of "
                    + inputs);
        }
        Loss loss = network.loss();
        return loss.takesLabels()
                ? checked.labelled(labels(loss, (int) network.output().size()))
                : checked.valued(targets(loss, network.output(), nonFinite));
    }

    private int[] labels(Loss loss, int classes) throws FileFormatException {
        if (answers.shape().rank() != 1) {
            throw answers.fault("has shape " + answers.shape() + "; " + loss.type()
                    + " needs one class label a sample, shape (" + answers.rows() + ",)");
        }
        NumericArray array = answers.array();
        int[] labels = new int[array.shape().size()];
        for (int row = 0; row < labels.length; row++) {
            double value = array.value(row);
            boolean known = value == (int) value
                    && (value >= 0 && value < classes || loss.ignores((int) value));
            if (!known) {
                throw answers.fault("row " + row + ": label " + array.text(row)
                        + " is none of the network's " + classes + " classes, 0 to "
                        + (classes - 1));
            }
            labels[row] = (int) value;
        }
        return labels;
    }

    private double[] targets(Loss loss, Shape output, NonFinite nonFinite)
            throws FileFormatException {
        List<Integer> sizes = answers.shape().sizes();
        List<Integer> row = sizes.subList(1, sizes.size());
        boolean fits = row.equals(List.of((int) output.size())) || row.equals(Inputs.sizes(output))
                || row.isEmpty() && output.size() == 1;
        if (!fits) {
            throw answers.fault("has shape " + answers.shape() + "; " + loss.type()
                    + " needs a row of " + output.size() + " target values a sample, shape ("
                    + answers.rows() + ", " + output.size() + ")");
        }
        answers.requireFinite(nonFinite);
        return switch (answers.array()) {
            case NumericArray.Doubles array -> array.values();
            case NumericArray.Bytes array ->
                IntStream.range(0, array.values().length).mapToDouble(array::value).toArray();
        };
    }

    /** {@return a warning if all samples have one class} */
    Optional<String> warning(Samples samples) {
        boolean one = samples.hasLabels() && samples.size() > 1 && IntStream
                .range(1, samples.size()).allMatch(i -> samples.label(i) == samples.label(0));
        return one
                ? Optional.of(answers + ": all " + samples.size() + " samples are of class "
                        + samples.label(0))
                : Optional.empty();
    }
}
