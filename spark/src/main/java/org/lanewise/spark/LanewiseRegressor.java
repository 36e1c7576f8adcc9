package org.lanewise.spark;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;

/** Trains a network that gives values: one with mean squared error or another loss of target values. */
public final class LanewiseRegressor
        extends
            LanewiseEstimator<LanewiseRegressionModel, LanewiseRegressor> {
    private static final long serialVersionUID = 1;

    /** With a name of its own. */
    public LanewiseRegressor() {
        this(Identifiable$.MODULE$.randomUID("lanewiseRegressor"));
    }

    /**
     * With a name.
     *
     * @param uid differs from those of others
     */
    public LanewiseRegressor(String uid) {
        super(uid);
    }

    @Override
    LanewiseRegressor self() {
        return this;
    }

    @Override
    LanewiseRegressionModel model(Prediction prediction) {
        return new LanewiseRegressionModel(uid(), prediction);
    }

    @Override
    void requireLoss(Loss loss) {
        if (loss.takesLabels()) {
            throw new IllegalArgumentException("a network that gives values has a loss of values;"
                    + " this one has " + loss + ": use LanewiseClassifier");
        }
    }

    @Override
    StructType predicted(StructType schema, Network parsed) {
        return Columns.regression(schema, getOrDefault(predictionCol()), parsed);
    }

    /** {@return a reader of saved regressors} */
    public static MLReader<LanewiseRegressor> read() {
        return new DefaultParamsReader<>();
    }

    /**
     * {@return a saved regressor}
     *
     * @param path where it was saved
     */
    public static LanewiseRegressor load(String path) {
        return read().load(path);
    }
}
