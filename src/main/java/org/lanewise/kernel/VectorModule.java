package org.lanewise.kernel;

import org.lanewise.kernel.gemm.Lanes;

/** Whether this JVM was started with the module of vectors. */
public final class VectorModule {
    private VectorModule() {}

    /**
     * {@return whether the module is there}
     *
     * <p>No class that is named {@code *Vector}, nor {@link Lanes}, may be touched where it is not.
     */
    public static boolean available() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
