package org.lanewise.spark;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.lanewise.Parameters;
import org.lanewise.spec.Network;
import scala.Option;

/**
 * A trained network, which adds columns to data sets.
 *
 * @param <M> the model itself
 */
public abstract class LanewiseModel<M extends LanewiseModel<M>> extends Model<M>
        implements
            MLWritable {
    private static final long serialVersionUID = 1;
    private static final String DATA = "/data";

    private final String uid;
    private final Prediction prediction;
    private final Param<String> featuresCol = new Param<>(this, "featuresCol", "inputs");
    private final Param<String> predictionCol = new Param<>(this, "predictionCol",
            "what the model predicts");

    LanewiseModel(String uid, Prediction prediction) {
        // Parameters, whose initializers run with super(), are those of this name.
        this.uid = uid;
        super();
        this.prediction = prediction;
        setDefault(featuresCol, "features");
        setDefault(predictionCol, "prediction");
    }

    @Override
    public String uid() {
        return uid;
    }

    /** {@return the column of inputs} */
    public Param<String> featuresCol() {
        return featuresCol;
    }

    /** {@return the column that is added} */
    public Param<String> predictionCol() {
        return predictionCol;
    }

    /**
     * {@return this model, with another column of inputs}
     *
     * @param value name of the column
     */
    public M setFeaturesCol(String value) {
        set(featuresCol, value);
        return self();
    }

    /**
     * {@return this model, with another column for what it predicts}
     *
     * @param value name of the column that is added
     */
    public M setPredictionCol(String value) {
        set(predictionCol, value);
        return self();
    }

    /** {@return this} */
    abstract M self();

    /** {@return the network} */
    public Network network() {
        return prediction.parsedNetwork();
    }

    /** {@return what was learned; a copy} */
    public Parameters parameters() {
        return prediction.parsedParameters();
    }

    /**
     * {@return a model of the library with the same parameters, to predict without Spark}
     *
     * <p>It has the mean and the standard deviation of the inputs for information: samples are normalized as they are read, by
     * {@link org.lanewise.Samples#normalize}.
     */
    public org.lanewise.Model model() {
        return prediction.model();
    }

    Prediction prediction() {
        return prediction;
    }

    private FeatureColumn features(StructType schema) {
        return FeatureColumn.of(schema, getOrDefault(featuresCol), network().input());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        features(schema);
        return predicted(schema);
    }

    /** {@return a schema with the columns that are added} */
    abstract StructType predicted(StructType schema);

    /** {@return whether probabilities and a class are added, or values} */
    abstract boolean classifies();

    /** Adds what is predicted, batch by batch of each partition, with one model for each task at a time. */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema(), true);
        FeatureColumn features = features(dataset.schema());
        Broadcast<byte[]> shared = JavaSparkContext
                .fromSparkContext(dataset.sparkSession().sparkContext())
                .broadcast(JavaBytes.of(prediction));
        RowNormalization normalization = prediction.normalization();
        String id = UUID.randomUUID().toString();
        boolean classifies = classifies();
        MapPartitionsFunction<Row, Row> predict = rows -> {
            if (!rows.hasNext()) {
                return rows;
            }
            org.lanewise.Model model = Pool.MODELS.take(id,
                    () -> JavaBytes.read(shared.value(), Prediction.class).model());
            TaskCompletionListener end = _ -> Pool.MODELS.give(id, model);
            TaskContext.get().addTaskCompletionListener(end);
            return new PredictedRows(rows, features, model, normalization, classifies);
        };
        Dataset<Row> rows = dataset.toDF().mapPartitions(predict, Encoders.row(schema));
        // A function over rows drops the metadata of columns.
        Column[] columns = Stream.of(schema.fields())
                .map(field -> Columns.quoted(field.name()).as(field.name(), field.metadata()))
                .toArray(Column[]::new);
        return rows.select(columns);
    }

    @Override
    public MLWriter write() {
        return new Writer(this);
    }

    /** Writes parameters as Spark's models do, and the network as a row of a Parquet file. */
    private static final class Writer extends MLWriter {
        private static final StructType SCHEMA = new StructType(new StructField[] {
                DataTypes.createStructField("network", DataTypes.StringType, false),
                DataTypes.createStructField("precision", DataTypes.StringType, false),
                DataTypes.createStructField("parameters", DataTypes.BinaryType, false),
                DataTypes.createStructField("mean",
                        DataTypes.createArrayType(DataTypes.DoubleType), true),
                DataTypes.createStructField("std",
                        DataTypes.createArrayType(DataTypes.DoubleType), true)});

        private final LanewiseModel<?> model;

        Writer(LanewiseModel<?> model) {
            this.model = model;
        }

        @Override
        public void saveImpl(String path) {
            DefaultParamsWriter.saveMetadata(model, path, sparkSession(), Option.empty(),
                    Option.empty());
            Prediction saved = model.prediction();
            RowNormalization inputs = saved.normalization();
            Row row = RowFactory.create(saved.network(), saved.precision(), saved.parameters(),
                    inputs == null ? null : inputs.mean(), inputs == null ? null : inputs.std());
            sparkSession().createDataFrame(List.of(row), SCHEMA).coalesce(1).write()
                    .parquet(path + DATA);
        }
    }

    /** Makes a model of its uid and what it predicts with. */
    interface Maker<M> {
        M make(String uid, Prediction prediction);
    }

    /** Reads what {@link Writer} wrote. */
    static final class Reader<M extends LanewiseModel<M>> extends MLReader<M> {
        private final String type;
        private final Maker<M> maker;

        Reader(Class<M> type, Maker<M> maker) {
            this.type = type.getName();
            this.maker = maker;
        }

        @Override
        public M load(String path) {
            DefaultParamsReader.Metadata metadata = DefaultParamsReader.loadMetadata(path,
                    sparkSession(), type);
            Row row = sparkSession().read().parquet(path + DATA).first();
            M model = maker.make(metadata.uid(), new Prediction(row.getAs("network"),
                    row.getAs("precision"), row.getAs("parameters"),
                    row.isNullAt(3)
                            ? null
                            : new RowNormalization(numbers(row, 3), numbers(row, 4))));
            metadata.getAndSetParams(model, Option.empty());
            return model;
        }

        private static double[] numbers(Row row, int index) {
            List<Double> list = row.getList(index);
            return list.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }
}
