package org.lanewise.measure;

import org.lanewise.Algorithm;
import org.lanewise.Backend;
import org.lanewise.spec.Precision;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Times passes of a problem; subclasses list the problems. */
public abstract class PassesBench extends JmhOptions {
    /** The kernels. */
    @Param
    public Backend backend;

    /** The precision of all numbers, as {@code -p precision=single} sets it. */
    @Param("double")
    public String precision;

    private Passes passes;

    /** Called by subclasses. */
    protected PassesBench() {}

    /** {@return the problem to time} */
    abstract Measured problem();

    /** Allocates memory and compares every result with the scalar kernels'. */
    @Setup
    public void prepare() {
        passes = Reference.agreeing(problem()::passes,
                new Execution(backend, Algorithm.AUTO, Precision.of(precision), 1));
    }

    /** {@return the object that holds the outputs} */
    @Benchmark
    public Passes forward() {
        return run(Pass.FORWARD);
    }

    /** {@return the object that holds the results of all passes} */
    @Benchmark
    public Passes step() {
        return run(Pass.STEP);
    }

    /** Runs one pass; {@return the object that holds its results} */
    final Passes run(Pass pass) {
        passes.run(pass);
        return passes;
    }
}
