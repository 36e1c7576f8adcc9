package org.lanewise.spark;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.lanewise.EpochReport;
import org.lanewise.Parameters;
import org.lanewise.Trainer;
import org.lanewise.TrainingEnd;
import org.lanewise.TrainingListener;
import org.lanewise.TrainingOptions;
import org.lanewise.io.NetworkJson;
import org.lanewise.io.OptionsText;
import org.lanewise.spec.Loss;
import org.lanewise.spec.Network;
import org.lanewise.spec.Optimizer;
import org.lanewise.spec.Precision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An estimator that trains a network on the executors of a cluster.
 *
 * <p>The same rows, in any order and any partitions, give the same bits of all weights, for any number of executors, and when some of
 * them die: those of one machine with {@link TrainingOptions#shards}.
 *
 * @param <M> the model that it gives
 * @param <E> the estimator itself
 */
public abstract class LanewiseEstimator<M extends Model<M>, E extends LanewiseEstimator<M, E>>
        extends
            TrainingParameters<M, E> {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(LanewiseEstimator.class);

    private transient TrainingListener listener;

    LanewiseEstimator(String uid) {
        super(uid);
    }

    /**
     * {@return this estimator, with all options of a training but epochs, in place of single parameters}
     *
     * <p>They have the default initializer, and none of the single parameters may be set besides.
     *
     * @param value with 2 shards or more
     */
    public E setOptions(TrainingOptions value) {
        String text = OptionsText.write(value);
        if (!OptionsText.read(text).equals(value)) {
            throw new IllegalArgumentException(
                    "weights can only begin from He's normal distribution"
                            + " here; the options have another initializer");
        }
        return with(options(), text);
    }

    /**
     * {@return this estimator, with a listener of steps and epochs, which is not saved}
     *
     * @param value called by the thread that fits, on the driver
     */
    public E setListener(TrainingListener value) {
        listener = value;
        return self();
    }

    TrainingListener listener() {
        return listener;
    }

    /** {@return the options that the parameters give} */
    TrainingOptions trainingOptions() {
        if (isSet(options())) {
            for (Param<?> one : List.of(optimizer(), learningRate(), momentum(), weightDecay(),
                    schedule(), batchSize(), shards(), syncEvery(), seed(), precision())) {
                if (isSet(one)) {
                    throw new IllegalArgumentException(one.name() + " is set, and so are options,"
                            + " of which it is a part; set one of them");
                }
            }
            return OptionsText.read(getOrDefault(options()));
        }
        double rate = (Double) getOrDefault(learningRate());
        double decay = (Double) getOrDefault(weightDecay());
        String name = getOrDefault(optimizer());
        Optimizer rule = switch (name) {
            case "sgd" -> Optimizer.sgd(rate).momentum((Double) getOrDefault(momentum()))
                    .weightDecay(decay);
            case "adam" -> Optimizer.adam(rate).weightDecay(decay);
            case "adamw" -> Optimizer.adamW(rate).weightDecay(decay);
            case "nadam" -> Optimizer.nadam(rate).weightDecay(decay);
            case "rmsprop" -> Optimizer.rmsProp(rate).weightDecay(decay);
            case "lion" -> Optimizer.lion(rate).weightDecay(decay);
            default -> throw new IllegalArgumentException("optimizer " + name
                    + "; expected sgd, adam, adamw, nadam, rmsprop or lion");
        };
        return TrainingOptions.of(rule).batchSize((Integer) getOrDefault(batchSize()))
                .shards((Integer) getOrDefault(shards())).seed((Long) getOrDefault(seed()))
                .precision(Precision.of(getOrDefault(precision())))
                .schedule(OptionsText.schedule(getOrDefault(schedule())))
                .syncEvery((Integer) getOrDefault(syncEvery()));
    }

    Network parsedNetwork() {
        if (!isDefined(network())) {
            throw new IllegalArgumentException(
                    "no network is set; setNetwork takes its JSON, or the"
                            + " name of one that comes with Lanewise, such as lenet-5");
        }
        return Networks.of(getOrDefault(network()));
    }

    RowNormalization normalization() {
        if (isSet(mean()) != isSet(std())) {
            throw new IllegalArgumentException(
                    "mean and std belong together; one of them is not set");
        }
        return isSet(mean())
                ? new RowNormalization(getOrDefault(mean()), getOrDefault(std()))
                : null;
    }

    /** Checks the columns of a training. */
    FeatureColumn features(StructType schema, Network parsed) {
        return FeatureColumn.of(schema, getOrDefault(featuresCol()), parsed.input());
    }

    @Override
    public M fit(Dataset<?> dataset) {
        transformSchema(dataset.schema(), true);
        Network parsed = parsedNetwork();
        M model = model(Prediction.of(parsed, train(dataset, parsed), trainingOptions(),
                normalization()));
        return copyValues(model.setParent(this), extractParamMap());
    }

    /** {@return a model that was learned} */
    abstract M model(Prediction prediction);

    @Override
    public StructType transformSchema(StructType schema) {
        Network parsed = parsedNetwork();
        requireLoss(parsed.loss());
        features(schema, parsed);
        TargetColumn.of(schema, getOrDefault(labelCol()), parsed);
        return predicted(schema, parsed);
    }

    /** Refuses a loss that the model could not predict with. */
    abstract void requireLoss(Loss loss);

    /** {@return a schema with the columns that the model adds} */
    abstract StructType predicted(StructType schema, Network parsed);

    @Override
    public E copy(ParamMap extra) {
        E copy = defaultCopy(extra);
        return copy.setListener(listener());
    }

    /** Trains; {@return the parameters that were learned} */
    private Parameters train(Dataset<?> dataset, Network parsed) {
        TrainingOptions chosen = trainingOptions();
        if (chosen.shards() == 1) {
            throw new IllegalArgumentException("shards must be at least 2; more than there are"
                    + " executors are computed in turn");
        }
        FeatureColumn inputs = features(dataset.schema(), parsed);
        TargetColumn targets = TargetColumn.of(dataset.schema(), getOrDefault(labelCol()), parsed);
        JavaSparkContext context = JavaSparkContext
                .fromSparkContext(dataset.sparkSession().sparkContext());
        Trainer trainer = new Trainer(parsed, chosen);
        TrainingSetup setup = new TrainingSetup(UUID.randomUUID().toString(),
                NetworkJson.write(parsed), OptionsText.write(chosen), normalization(),
                trainer.contract());
        int tasks = Math.clamp(context.defaultParallelism()
                / context.getConf().getInt("spark.task.cpus", 1), 1, chosen.shards());
        try (ShardedRows rows = ShardedRows.of(dataset, inputs, targets, setup.network(),
                chosen.shards(), tasks)) {
            TrainingListener called = reports(context);
            if (listener() != null) {
                called = TrainingListener.all(called, listener());
            }
            if (isSet(checkpointLocation())) {
                Checkpoints checkpoints = new Checkpoints(getOrDefault(checkpointLocation()),
                        (Integer) getOrDefault(checkpointInterval()),
                        context.hadoopConfiguration(), trainer);
                checkpoints.last().ifPresent(state -> {
                    trainer.restore(state);
                    LOG.info("{} resumes after step {}", uid(), state.position().steps());
                });
                called = TrainingListener.all(checkpoints, called);
            }
            TrainingEnd end = trainer.train(
                    new Rounds(context, rows, setup, trainer, Merge.of(dataset.sparkSession())),
                    Optional.empty(), (Double) getOrDefault(epochs()), called);
            if (end == TrainingEnd.STOPPED) {
                throw new IllegalStateException("the training was interrupted before its end"
                        + (isSet(checkpointLocation())
                                ? "; it resumes from " + getOrDefault(checkpointLocation())
                                : ""));
            }
            return trainer.parameters();
        }
    }

    /** One line of the log and one event of Spark's bus for each epoch. */
    private TrainingListener reports(JavaSparkContext context) {
        return new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {
                LOG.info("{}: epoch {} of {}, loss {}, accuracy {}, {} rows/s", uid(),
                        report.epoch(), report.epochs(), report.loss(), report.accuracy(),
                        Math.round(report.samplesPerSecond()));
                context.sc().listenerBus().post(new EpochEvent(uid(), report));
            }
        };
    }
}
