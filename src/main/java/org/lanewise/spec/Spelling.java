package org.lanewise.spec;

import java.util.Collection;
import java.util.Comparator;

/** Suggests the known name that is nearest to an unknown one. */
public final class Spelling {
    /** Longer words than any name; the distance takes the product of two lengths. */
    private static final int LONGEST = 64;

    private Spelling() {}

    /**
     * {@return the end of a message that suggests the nearest name, or nothing if none is near}
     *
     * @param word the unknown name
     * @param known the names it may be
     */
    public static String suggestion(String word, Collection<String> known) {
        int most = Math.max(1, word.length() / 3);
        return known.stream()
                .filter(name -> distance(word, name) <= most
                        && distance(word, name) < word.length())
                .min(Comparator.comparingInt(name -> distance(word, name)))
                .map(name -> "; did you mean " + name + "?").orElse("");
    }

    /** {@return letters to insert, delete, replace or swap with their neighbour} */
    private static int distance(String a, String b) {
        if (a.length() > LONGEST) {
            return Integer.MAX_VALUE;
        }
        int[][] distances = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : step(distances, a, b, i, j);
            }
        }
        return distances[a.length()][b.length()];
    }

    private static int step(int[][] distances, String a, String b, int i, int j) {
        int replaced = distances[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, 1 + distances[i - 2][j - 2]) : least;
    }
}
