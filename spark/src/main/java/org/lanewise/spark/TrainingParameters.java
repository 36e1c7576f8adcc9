package org.lanewise.spark;

import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsWritable;

/**
 * The parameters of an estimator that trains a network.
 *
 * @param <M> the model that it gives
 * @param <E> the estimator itself
 */
public abstract class TrainingParameters<M extends Model<M>, E extends TrainingParameters<M, E>>
        extends
            Estimator<M>
        implements
            DefaultParamsWritable {
    private static final long serialVersionUID = 1;

    private final String uid;
    private final Param<String> featuresCol = new Param<>(this, "featuresCol",
            "inputs: vectors, arrays of double or float, bytes of PNG or JPEG files, or image structs");
    private final Param<String> labelCol = new Param<>(this, "labelCol",
            "classes from 0, or values");
    private final Param<String> predictionCol = new Param<>(this, "predictionCol",
            "what the model predicts");
    private final Param<String> network = new Param<>(this, "network",
            "JSON of a network, or the name of one that comes with Lanewise");
    private final Param<String> optimizer = new Param<>(this, "optimizer",
            "sgd, adam, adamw, nadam, rmsprop or lion");
    private final DoubleParam learningRate = new DoubleParam(this, "learningRate",
            "step size of the optimizer");
    private final DoubleParam momentum = new DoubleParam(this, "momentum", "of sgd");
    private final DoubleParam weightDecay = new DoubleParam(this, "weightDecay",
            "of the optimizer");
    private final Param<String> schedule = new Param<>(this, "schedule",
            "of the learning rate, as cosine:t_max=100");
    private final DoubleParam epochs = new DoubleParam(this, "epochs",
            "how often every row is seen");
    private final IntParam batchSize = new IntParam(this, "batchSize",
            "rows of one update, a multiple of the shards", ParamValidators.gt(0));
    private final IntParam shards = new IntParam(this, "shards",
            "equal parts of a batch, 2 or more; more than there are cores are computed in turn");
    private final IntParam syncEvery = new IntParam(this, "syncEvery",
            "steps that each shard takes by itself before shards are averaged; 1 to add up gradients",
            ParamValidators.gt(0));
    private final LongParam seed = new LongParam(this, "seed", "of weights, order and dropout");
    private final Param<String> precision = new Param<>(this, "precision", "double or single");
    private final Param<String> options = new Param<>(this, "options",
            "all options of a training as text, in place of those above from optimizer on but epochs");
    private final DoubleArrayParam mean = new DoubleArrayParam(this, "mean",
            "subtracted from inputs, a number a channel or one");
    private final DoubleArrayParam std = new DoubleArrayParam(this, "std",
            "by which inputs are divided then");
    private final Param<String> checkpointLocation = new Param<>(this, "checkpointLocation",
            "a folder for checkpoints, from which a training resumes");
    private final IntParam checkpointInterval = new IntParam(this, "checkpointInterval",
            "steps between two checkpoints", ParamValidators.gt(0));

    TrainingParameters(String uid) {
        // Parameters, whose initializers run with super(), are those of this name.
        this.uid = uid;
        super();
        setDefault(featuresCol, "features");
        setDefault(labelCol, "label");
        setDefault(predictionCol, "prediction");
        setDefault(optimizer, "adam");
        setDefault(learningRate, 0.001);
        setDefault(momentum, 0.0);
        setDefault(weightDecay, 0.0);
        setDefault(schedule, "constant");
        setDefault(epochs, 1.0);
        setDefault(batchSize, 64);
        setDefault(shards, 8);
        setDefault(syncEvery, 1);
        setDefault(seed, 0L);
        setDefault(precision, "double");
        setDefault(checkpointInterval, 100);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** {@return the column of inputs} */
    public Param<String> featuresCol() {
        return featuresCol;
    }

    /** {@return the column of classes or values} */
    public Param<String> labelCol() {
        return labelCol;
    }

    /** {@return the column that the model adds} */
    public Param<String> predictionCol() {
        return predictionCol;
    }

    /** {@return the network, as JSON or by name} */
    public Param<String> network() {
        return network;
    }

    /** {@return the name of the optimizer} */
    public Param<String> optimizer() {
        return optimizer;
    }

    /** {@return the learning rate} */
    public DoubleParam learningRate() {
        return learningRate;
    }

    /** {@return the momentum of sgd} */
    public DoubleParam momentum() {
        return momentum;
    }

    /** {@return the weight decay} */
    public DoubleParam weightDecay() {
        return weightDecay;
    }

    /** {@return the schedule of the learning rate} */
    public Param<String> schedule() {
        return schedule;
    }

    /** {@return how often every row is seen} */
    public DoubleParam epochs() {
        return epochs;
    }

    /** {@return rows of one update} */
    public IntParam batchSize() {
        return batchSize;
    }

    /** {@return equal parts of a batch} */
    public IntParam shards() {
        return shards;
    }

    /** {@return steps that each shard takes by itself before shards are averaged} */
    public IntParam syncEvery() {
        return syncEvery;
    }

    /** {@return the seed} */
    public LongParam seed() {
        return seed;
    }

    /** {@return double or single} */
    public Param<String> precision() {
        return precision;
    }

    /** {@return all options of a training as text; see {@link #setOptions}} */
    public Param<String> options() {
        return options;
    }

    /** {@return what is subtracted from inputs} */
    public DoubleArrayParam mean() {
        return mean;
    }

    /** {@return what inputs are divided by then} */
    public DoubleArrayParam std() {
        return std;
    }

    /** {@return the folder of checkpoints} */
    public Param<String> checkpointLocation() {
        return checkpointLocation;
    }

    /** {@return steps between two checkpoints} */
    public IntParam checkpointInterval() {
        return checkpointInterval;
    }

    /**
     * {@return this estimator, with another value of {@link #featuresCol}}
     *
     * @param value column of inputs
     */
    public E setFeaturesCol(String value) {
        return with(featuresCol, value);
    }

    /**
     * {@return this estimator, with another value of {@link #labelCol}}
     *
     * @param value column of classes or values
     */
    public E setLabelCol(String value) {
        return with(labelCol, value);
    }

    /**
     * {@return this estimator, with another value of {@link #predictionCol}}
     *
     * @param value name of the column that the model adds
     */
    public E setPredictionCol(String value) {
        return with(predictionCol, value);
    }

    /**
     * {@return this estimator, with another value of {@link #network}}
     *
     * @param value JSON, or the name of a network that comes with Lanewise
     */
    public E setNetwork(String value) {
        return with(network, value);
    }

    /**
     * {@return this estimator, with another value of {@link #optimizer}}
     *
     * @param value sgd, adam, adamw, nadam, rmsprop or lion
     */
    public E setOptimizer(String value) {
        return with(optimizer, value);
    }

    /**
     * {@return this estimator, with another value of {@link #learningRate}}
     *
     * @param value step size of the optimizer
     */
    public E setLearningRate(double value) {
        return with(learningRate, value);
    }

    /**
     * {@return this estimator, with another value of {@link #momentum}}
     *
     * @param value of sgd
     */
    public E setMomentum(double value) {
        return with(momentum, value);
    }

    /**
     * {@return this estimator, with another value of {@link #weightDecay}}
     *
     * @param value of the optimizer
     */
    public E setWeightDecay(double value) {
        return with(weightDecay, value);
    }

    /**
     * {@return this estimator, with another value of {@link #schedule}}
     *
     * @param value of the learning rate, as cosine:t_max=100
     */
    public E setSchedule(String value) {
        return with(schedule, value);
    }

    /**
     * {@return this estimator, with another value of {@link #epochs}}
     *
     * @param value how often every row is seen
     */
    public E setEpochs(double value) {
        return with(epochs, value);
    }

    /**
     * {@return this estimator, with another value of {@link #batchSize}}
     *
     * @param value rows of one update
     */
    public E setBatchSize(int value) {
        return with(batchSize, value);
    }

    /**
     * {@return this estimator, with another value of {@link #shards}}
     *
     * @param value equal parts of a batch, 2 or more
     */
    public E setShards(int value) {
        return with(shards, value);
    }

    /**
     * {@return this estimator, with another value of {@link #syncEvery}}
     *
     * @param value steps that each shard takes by itself, from 1
     */
    public E setSyncEvery(int value) {
        return with(syncEvery, value);
    }

    /**
     * {@return this estimator, with another value of {@link #seed}}
     *
     * @param value 0 to 2^32 - 1
     */
    public E setSeed(long value) {
        return with(seed, value);
    }

    /**
     * {@return this estimator, with another value of {@link #precision}}
     *
     * @param value double or single
     */
    public E setPrecision(String value) {
        return with(precision, value);
    }

    /**
     * {@return this estimator, with another value of {@link #mean}}
     *
     * @param value subtracted from inputs, a number a channel or one
     */
    public E setMean(double[] value) {
        return with(mean, value);
    }

    /**
     * {@return this estimator, with another value of {@link #std}}
     *
     * @param value by which inputs are divided then
     */
    public E setStd(double[] value) {
        return with(std, value);
    }

    /**
     * {@return this estimator, with another value of {@link #checkpointLocation}}
     *
     * @param value a folder of any Hadoop file system
     */
    public E setCheckpointLocation(String value) {
        return with(checkpointLocation, value);
    }

    /**
     * {@return this estimator, with another value of {@link #checkpointInterval}}
     *
     * @param value steps between two checkpoints
     */
    public E setCheckpointInterval(int value) {
        return with(checkpointInterval, value);
    }

    <T> E with(Param<T> parameter, Object value) {
        @SuppressWarnings("unchecked")
        T typed = (T) value;
        set(parameter, typed);
        return self();
    }

    /** {@return this} */
    abstract E self();
}
