"""Lanewise's estimators for PySpark: thin wrappers, as those of Spark's own estimators are.

    spark-submit --jars lanewise-spark-0.1.0-SNAPSHOT.jar,lanewise-0.1.0-SNAPSHOT.jar --py-files lanewise_spark.py train.py

    from lanewise_spark import LanewiseClassifier
    model = LanewiseClassifier(network="lenet-5", featuresCol="image", shards=8, batchSize=512, epochs=5.0).fit(rows)
    predicted = model.transform(rows)
"""
from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel

PACKAGE = "org.lanewise.spark."


def parameter(name, doc, convert):
    return Param(Params._dummy(), name, doc, typeConverter=convert)


class Columns(Params):
    featuresCol = parameter("featuresCol", "inputs: vectors, arrays, bytes of PNG or JPEG files, or image structs", TypeConverters.toString)
    predictionCol = parameter("predictionCol", "what the model predicts", TypeConverters.toString)


class Training(Columns):
    labelCol = parameter("labelCol", "classes from 0, or values", TypeConverters.toString)
    network = parameter("network", "JSON of a network, or the name of one that comes with Lanewise", TypeConverters.toString)
    optimizer = parameter("optimizer", "sgd, adam, adamw, nadam, rmsprop or lion", TypeConverters.toString)
    learningRate = parameter("learningRate", "step size of the optimizer", TypeConverters.toFloat)
    momentum = parameter("momentum", "of sgd", TypeConverters.toFloat)
    weightDecay = parameter("weightDecay", "of the optimizer", TypeConverters.toFloat)
    schedule = parameter("schedule", "of the learning rate, as cosine:t_max=100", TypeConverters.toString)
    epochs = parameter("epochs", "how often every row is seen", TypeConverters.toFloat)
    batchSize = parameter("batchSize", "rows of one update, a multiple of the shards", TypeConverters.toInt)
    shards = parameter("shards", "equal parts of a batch, 2 or more", TypeConverters.toInt)
    syncEvery = parameter("syncEvery", "steps that each shard takes by itself before shards are averaged", TypeConverters.toInt)
    seed = parameter("seed", "of weights, order and dropout", TypeConverters.toInt)
    precision = parameter("precision", "double or single", TypeConverters.toString)
    options = parameter("options", "all options of a training as text", TypeConverters.toString)
    mean = parameter("mean", "subtracted from inputs, a number a channel or one", TypeConverters.toListFloat)
    std = parameter("std", "by which inputs are divided then", TypeConverters.toListFloat)
    checkpointLocation = parameter("checkpointLocation", "a folder for checkpoints", TypeConverters.toString)
    checkpointInterval = parameter("checkpointInterval", "steps between two checkpoints", TypeConverters.toInt)


class LanewiseClassificationModel(JavaModel, Columns, JavaMLWritable):
    """Adds the probabilities of all classes and the most probable one."""

    probabilityCol = parameter("probabilityCol", "a vector of the probabilities of all classes", TypeConverters.toString)


class LanewiseRegressionModel(JavaModel, Columns, JavaMLWritable):
    """Adds a value, or a vector where the network has several outputs."""


class LanewiseClassifier(JavaEstimator, Training, JavaMLWritable):
    """Trains a network that classifies."""

    probabilityCol = parameter("probabilityCol", "a vector of the probabilities of all classes", TypeConverters.toString)

    @keyword_only
    def __init__(self, **parameters):
        super().__init__()
        self._java_obj = self._new_java_obj(PACKAGE + "LanewiseClassifier", self.uid)
        self._set(**parameters)

    def _create_model(self, java_model):
        return LanewiseClassificationModel(java_model)


class LanewiseRegressor(JavaEstimator, Training, JavaMLWritable):
    """Trains a network that gives values."""

    @keyword_only
    def __init__(self, **parameters):
        super().__init__()
        self._java_obj = self._new_java_obj(PACKAGE + "LanewiseRegressor", self.uid)
        self._set(**parameters)

    def _create_model(self, java_model):
        return LanewiseRegressionModel(java_model)
