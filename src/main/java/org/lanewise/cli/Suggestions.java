package org.lanewise.cli;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the option or command that a user most likely meant by an unknown word. */
final class Suggestions {
    /** Names that other programs use, and the options that mean the same here, best first. */
    private static final Map<String, List<String>> OTHER_NAMES = Map.ofEntries(
            Map.entry("--lr", List.of("--learning-rate")),
            Map.entry("--rate", List.of("--learning-rate")),
            Map.entry("--bs", List.of("--batch-size")),
            Map.entry("--batch", List.of("--batch-size")),
            Map.entry("--wd", List.of("--weight-decay")),
            Map.entry("--l2", List.of("--weight-decay")),
            Map.entry("--opt", List.of("--optimizer")),
            Map.entry("--eps", List.of("--epsilon")),
            Map.entry("--betas", List.of("--beta1")),
            Map.entry("--model", List.of("--network")),
            Map.entry("--net", List.of("--network")),
            Map.entry("--arch", List.of("--network")),
            Map.entry("--config", List.of("--network")),
            Map.entry("--dataset", List.of("--data")),
            Map.entry("--data-dir", List.of("--data")),
            Map.entry("--out", List.of("--save", "--output")),
            Map.entry("--output", List.of("--save")),
            Map.entry("--save", List.of("--output")),
            Map.entry("-o", List.of("--save", "--output")),
            Map.entry("--load", List.of("--parameters", "--init")),
            Map.entry("--weights", List.of("--parameters")),
            Map.entry("--pretrained", List.of("--parameters", "--init")),
            Map.entry("--parameters", List.of("--init")),
            Map.entry("--random-seed", List.of("--seed")),
            Map.entry("--grad-clip", List.of("--clip-norm")),
            Map.entry("--max-norm", List.of("--clip-norm")),
            Map.entry("--early-stopping", List.of("--patience")),
            Map.entry("--workers", List.of("--threads")),
            Map.entry("--cores", List.of("--threads")),
            Map.entry("--jobs", List.of("--threads")),
            Map.entry("-j", List.of("--threads")),
            Map.entry("--force", List.of("--overwrite")),
            Map.entry("-f", List.of("--overwrite")),
            Map.entry("--log", List.of("--history")),
            Map.entry("test", List.of("evaluate")),
            Map.entry("eval", List.of("evaluate")),
            Map.entry("infer", List.of("predict")),
            Map.entry("fit", List.of("train")),
            Map.entry("benchmark", List.of("bench")),
            Map.entry("summary", List.of("describe")));

    /** Shorter beginnings fit too much. */
    private static final int BEGINNING = 3;

    private Suggestions() {}

    /**
     * The candidate that means the same, begins with the word, or differs from it in the fewest
     * letters.
     *
     * @return nothing if none is near
     */
    static Optional<String> nearest(String word, Collection<String> candidates) {
        String given = word.toLowerCase(Locale.ROOT).replaceFirst("=.*", "").replace('_', '-');
        return Stream.of(List.of(given), OTHER_NAMES.getOrDefault(given, List.<String>of()))
                .flatMap(List::stream).filter(candidates::contains).findFirst()
                .or(() -> beginning(given, candidates)).or(() -> similar(given, candidates));
    }

    private static Optional<String> beginning(String word, Collection<String> candidates) {
        if (word.replaceFirst("^-+", "").length() < BEGINNING) {
            return Optional.empty();
        }
        List<String> found = candidates.stream().filter(name -> name.startsWith(word)).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** At most a third of the letters may differ; of equals, the first in alphabetical order. */
    private static Optional<String> similar(String word, Collection<String> candidates) {
        int most = word.replaceFirst("^-+", "").length() / 3;
        String best = null;
        int least = most + 1;
        for (String candidate : candidates.stream().sorted().toList()) {
            int distance = distance(word, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Letters inserted, left out, replaced, or swapped with their neighbour. */
    static int distance(String first, String second) {
        int[][] table = new int[first.length() + 1][second.length() + 1];
        for (int i = 0; i <= first.length(); i++) {
            for (int j = 0; j <= second.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                boolean same = first.charAt(i - 1) == second.charAt(j - 1);
                table[i][j] = Math.min(table[i - 1][j - 1] + (same ? 0 : 1),
                        1 + Math.min(table[i - 1][j], table[i][j - 1]));
                if (i > 1 && j > 1 && first.charAt(i - 1) == second.charAt(j - 2)
                        && first.charAt(i - 2) == second.charAt(j - 1)) {
                    table[i][j] = Math.min(table[i][j], 1 + table[i - 2][j - 2]);
                }
            }
        }
        return table[first.length()][second.length()];
    }
}
