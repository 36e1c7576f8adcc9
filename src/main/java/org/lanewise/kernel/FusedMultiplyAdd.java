package org.lanewise.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * The one multiply-add that every sum is made of.
 *
 * <p>Where the processor cannot fuse, {@code Math.fma} falls back to exact decimal arithmetic,
 * some 300 times slower; then every path multiplies and adds, with two roundings, instead.
 */
public final class FusedMultiplyAdd {
    /** Whether the JVM fuses in hardware, so that {@link #fma} rounds once. */
    public static final boolean HARDWARE = hardware();

    private FusedMultiplyAdd() {}

    public static double fma(double a, double b, double c) {
        return HARDWARE ? Math.fma(a, b, c) : a * b + c;
    }

    public static float fma(float a, float b, float c) {
        return HARDWARE ? Math.fma(a, b, c) : a * b + c;
    }

    private static boolean hardware() {
        if (ModuleLayer.boot().findModule("jdk.management").isEmpty()) {
            return true;
        }
        return VirtualMachine.fuses();
    }

    /** Loaded only where its module is there. */
    private static final class VirtualMachine {
        static boolean fuses() {
            var options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            try {
                return options == null
                        || Boolean.parseBoolean(options.getVMOption("UseFMA").getValue());
            } catch (IllegalArgumentException notHotSpot) {
                return true;
            }
        }
    }
}
