package org.lanewise.spark;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/** A network that classifies: adds the probabilities of all classes and the most probable one. */
public final class LanewiseClassificationModel
        extends
            LanewiseModel<LanewiseClassificationModel> {
    private static final long serialVersionUID = 1;

    private final Param<String> probabilityCol = new Param<>(this, "probabilityCol",
            "a vector of the probabilities of all classes");

    LanewiseClassificationModel(String uid, Prediction prediction) {
        super(uid, prediction);
        setDefault(probabilityCol, "probability");
    }

    /** {@return the column of probabilities that is added} */
    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    /**
     * {@return this model, with another column of probabilities}
     *
     * @param value name of the column that is added
     */
    public LanewiseClassificationModel setProbabilityCol(String value) {
        set(probabilityCol, value);
        return this;
    }

    /** {@return how many classes there are} */
    public int numClasses() {
        return (int) network().output().size();
    }

    @Override
    LanewiseClassificationModel self() {
        return this;
    }

    @Override
    boolean classifies() {
        return true;
    }

    @Override
    StructType predicted(StructType schema) {
        return Columns.classified(schema, getOrDefault(probabilityCol),
                getOrDefault(predictionCol()));
    }

    @Override
    public LanewiseClassificationModel copy(ParamMap extra) {
        return copyValues(new LanewiseClassificationModel(uid(), prediction()).setParent(parent()),
                extra);
    }

    /** {@return a reader of saved models} */
    public static MLReader<LanewiseClassificationModel> read() {
        return new Reader<>(LanewiseClassificationModel.class, LanewiseClassificationModel::new);
    }

    /**
     * {@return a saved model}
     *
     * @param path where it was saved
     */
    public static LanewiseClassificationModel load(String path) {
        return read().load(path);
    }
}
