package org.lanewise.spark;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/** Trains a network that classifies: one with softmax cross-entropy of class labels as its loss. */
public final class LanewiseClassifier
        extends
            LanewiseEstimator<LanewiseClassificationModel, LanewiseClassifier> {
    private static final long serialVersionUID = 1;

    private final Param<String> probabilityCol = new Param<>(this, "probabilityCol",
            "a vector of the probabilities of all classes");

    /** With a name of its own. */
    public LanewiseClassifier() {
        this(Identifiable$.MODULE$.randomUID("lanewiseClassifier"));
    }

    /**
     * With a name.
     *
     * @param uid differs from those of others
     */
    public LanewiseClassifier(String uid) {
        super(uid);
        setDefault(probabilityCol, "probability");
    }

    /** {@return the column of probabilities that the model adds} */
    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /**
     * {@return this estimator, with another column of probabilities}
     *
     * @param value name of the column that the model adds
     */
    public LanewiseClassifier setProbabilityCol(String value) {
        set(probabilityCol, value);
        return this;
    }

    @Override
    LanewiseClassifier self() {
        return this;
    }

    @Override
    LanewiseClassificationModel model(Prediction prediction) {
        return new LanewiseClassificationModel(uid(), prediction);
    }

    @Override
    void requireLoss(Loss loss) {
        if (!loss.takesLabels()) {
            throw new IllegalArgumentException(
                    "a network that classifies has a loss of class labels;"
                            + " this one has " + loss + ": use LanewiseRegressor");
        }
    }

    @Override
    StructType predicted(StructType schema, Network parsed) {
        return Columns.classified(schema, getOrDefault(probabilityCol),
                getOrDefault(predictionCol()));
    }

    /** {@return a reader of saved classifiers} */
    public static MLReader<LanewiseClassifier> read() {
        return new DefaultParamsReader<>();
    }

    /**
     * {@return a saved classifier}
     *
     * @param path where it was saved
     */
    public static LanewiseClassifier load(String path) {
        return read().load(path);
    }
}
