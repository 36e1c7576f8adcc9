package org.lanewise.spark;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
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
    public LanewiseRegressionModel fit(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        Network parsed = parsedNetwork();
        Prediction prediction = Prediction.of(parsed, train(dataset, parsed), trainingOptions(),
                normalization());
        return copyValues(new LanewiseRegressionModel(uid(), prediction).setParent(this),
                extractParamMap());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        Network parsed = parsedNetwork();
        if (parsed.loss().takesLabels()) {
            throw new IllegalArgumentException("a network that gives values has a loss of values;"
                    + " this one has " + parsed.loss() + ": use LanewiseClassifier");
        }
        features(schema, parsed);
        TargetColumn.of(schema, getOrDefault(labelCol()), parsed);
        String column = getOrDefault(predictionCol());
        Columns.requireFree(schema, column);
        return parsed.output().size() == 1
                ? schema.add(column, "double", false)
                : schema.add(column, SQLDataTypes.VectorType(), false);
    }

    @Override
    public LanewiseRegressor copy(ParamMap extra) {
        LanewiseRegressor copy = defaultCopy(extra);
        return copy.setListener(listener());
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
