/**
 * A CNN training kernel: networks as data, plans that allocate their memory once, and kernels on
 * flat {@code double[]} arrays whose results have the same bits in every run.
 *
 * <p>Start with {@link org.lanewise.spec.Network} to say what to compute and
 * {@link org.lanewise.Trainer} to train it.
 */
@SuppressWarnings("requires-automatic") module org.lanewise {
    requires jdk.incubator.vector;
    requires static jdk.management;
    requires static jdk.jfr;
    // Images alone need this one, and who reads none need not have it.
    requires static java.desktop;
    // The commands alone use these. They run from a jar of their own, on the class path.
    requires static com.fasterxml.jackson.databind;
    requires static com.google.protobuf;
    requires static de.siegmar.fastcsv;
    requires static info.picocli;
    requires static org.tribuo.util.onnx;
    requires static org.tukaani.xz;

    exports org.lanewise;
    exports org.lanewise.data;
    exports org.lanewise.io;
    exports org.lanewise.spec;
}
