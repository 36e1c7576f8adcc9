package org.lanewise.spark;

import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/** A network that gives values: adds a number, or a vector where it has several outputs. */
public final class LanewiseRegressionModel extends LanewiseModel<LanewiseRegressionModel> {
    private static final long serialVersionUID = 1;

    LanewiseRegressionModel(String uid, Prediction prediction) {
        super(uid, prediction);
    }

    @Override
    LanewiseRegressionModel self() {
        return this;
    }

    @Override
    boolean classifies() {
        return false;
    }

    @Override
    StructType predicted(StructType schema) {
        return Columns.regression(schema, getOrDefault(predictionCol()), network());
    }

    @Override
    public LanewiseRegressionModel copy(ParamMap extra) {
        return copyValues(new LanewiseRegressionModel(uid(), prediction()).setParent(parent()),
                extra);
    }

    /** {@return a reader of saved models} */
    public static MLReader<LanewiseRegressionModel> read() {
        return new Reader<>(LanewiseRegressionModel.class, LanewiseRegressionModel::new);
    }

    /**
     * {@return a saved model}
     *
     * @param path where it was saved
     */
    public static LanewiseRegressionModel load(String path) {
        return read().load(path);
    }
}
