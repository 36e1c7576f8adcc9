package org.lanewise.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.lanewise.cli.format.Json;
import org.lanewise.cli.format.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lanewise examples}: the four worked systems against their published figures. */
@Command(name = "examples",
        description = "Run the four worked systems and print expected and computed figures.")
public final class ExamplesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "SYSTEM",
            description = "softmax, mse, sigmoid or lesson (default: all).")
    private List<String> systems = List.of();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<Comparison> comparisons = comparisons();
        PrintWriter out = spec.commandLine().getOut();
        long met = comparisons.stream().filter(Comparison::met).count();
        if (json) {
            ArrayNode all = Json.array();
            comparisons.forEach(comparison -> all.add(Json.tree(comparison)));
            out.println(Json.text(Json.object().put("met", met).put("of", comparisons.size())
                    .set("comparisons", all)));
        } else {
            print(out, comparisons);
            out.println(Report.format("%d of %d published figures met", met, comparisons.size()));
        }
        return met == comparisons.size() ? 0 : 1;
    }

    private List<Comparison> comparisons() {
        if (systems.isEmpty()) {
            return WorkedExamples.run();
        }
        List<Comparison> comparisons = new ArrayList<>();
        for (String system : systems) {
            if (!WorkedExamples.keys().contains(system)) {
                throw new ParameterException(spec.commandLine(), "no system is named " + system
                        + "; there are " + String.join(", ", WorkedExamples.keys()));
            }
            comparisons.addAll(WorkedExamples.run(system));
        }
        return comparisons;
    }

    private static void print(PrintWriter out, List<Comparison> comparisons) {
        String system = "";
        for (Comparison comparison : comparisons) {
            if (!comparison.system().equals(system)) {
                system = comparison.system();
                out.println(system);
            }
            out.println("  " + (comparison.met() ? "met   " : "MISSED") + "  "
                    + comparison.what());
            out.println("            expected  " + comparison.expected());
            out.println("            computed  " + comparison.computed());
        }
        out.println();
    }
}
