package org.lanewise.spark;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
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
    public LanewiseClassificationModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        Network parsed = parsedNetwork();
        Prediction prediction = Prediction.of(parsed, train(dataset, parsed), trainingOptions(),
                normalization());
        return copyValues(new LanewiseClassificationModel(uid(), prediction).setParent(this),
                extractParamMap());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        Network parsed = parsedNetwork();
        if (!parsed.loss().takesLabels()) {
            throw new IllegalArgumentException(
                    "a network that classifies has a loss of class labels;"
                            + " this one has " + parsed.loss() + ": use LanewiseRegressor");
        }
        features(schema, parsed);
        TargetColumn.of(schema, getOrDefault(labelCol()), parsed);
        Columns.requireFree(schema, getOrDefault(probabilityCol));
        StructType more = schema.add(getOrDefault(probabilityCol), SQLDataTypes.VectorType(),
                false);
        Columns.requireFree(more, getOrDefault(predictionCol()));
        return more.add(getOrDefault(predictionCol()), "double", false);
    }

    @Override
    public LanewiseClassifier copy(ParamMap extra) {
        LanewiseClassifier copy = defaultCopy(extra);
        return copy.setListener(listener());
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
