/**
 * Data-parallel training on Apache Spark, with the bits of one machine.
 *
 * <p>{@link org.lanewise.spark.LanewiseClassifier} and {@link org.lanewise.spark.LanewiseRegressor} are estimators like
 * Spark's own. Rows are divided into shards by what they hold; in each round, executors compute the gradients of a
 * batch's shards, and the driver adds them up and updates the parameters.
 */
package org.lanewise.spark;
