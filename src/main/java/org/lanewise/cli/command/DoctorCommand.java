package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lanewise.Backend;
import org.lanewise.measure.Machine;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lanewise doctor}: what this machine offers, and what will run on it. */
@Command(name = "doctor", description = "What this machine offers, and which kernels run on it.")
public final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Machine machine = Machine.current();
        String backend = Backend.AUTO.chosen().name().toLowerCase(Locale.ROOT);
        if (json) {
            ObjectNode node = Json.object();
            node.put("jdk", machine.jdk());
            node.put("vector_module", machine.vectorModule());
            node.put("vector_bits", machine.vectorBits());
            node.put("fused_multiply_add", machine.fusedMultiplyAdd());
            node.put("cores", machine.cores());
            node.put("max_memory_bytes", machine.maxMemory());
            node.put("backend", backend);
            node.put("reason", Backend.AUTO.reason());
            out.println(Json.text(node));
            return 0;
        }
        out.println("JDK             " + machine.jdk());
        out.println("vector module   " + (machine.vectorModule()
                ? "present"
                : "missing; pass --add-modules jdk.incubator.vector to java"));
        out.println("vector width    " + (machine.vectorModule()
                ? Report.format(
                        "%d bits, %d doubles", machine.vectorBits(),
                        machine.vectorBits() / Double.SIZE)
                : "unknown without the module"));
        out.println("multiply-add    " + (machine.fusedMultiplyAdd()
                ? "fused, one rounding"
                : "not fused in hardware: multiplied, then added, with other last bits than on"
                        + " machines that fuse"));
        out.println("cores           " + machine.cores()
                + "; one computes, unless --threads sets more");
        out.println("heap at most    " + Report.bytes(machine.maxMemory()));
        out.println("backend         " + backend + ": " + Backend.AUTO.reason());
        return 0;
    }
}
