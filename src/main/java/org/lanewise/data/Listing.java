package org.lanewise.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.io.FileAccess;

/**
 * What is in a folder.
 *
 * @param folder where
 * @param names of files and folders in it, sorted; hidden ones are left out
 */
record Listing(Path folder, List<String> names) {
    private static final int LONGEST = 20;

    static Listing of(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new Listing(folder, files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(".")).sorted().toList());
        } catch (IOException e) {
            throw FileAccess.explain(folder, e);
        }
    }

    boolean holds(String name) {
        return names.contains(name);
    }

    boolean holdsAnyLike(String pattern) {
        return names.stream().anyMatch(name -> name.matches(pattern));
    }

    /** {@return the first of some names that is there} */
    Optional<Path> first(List<String> wanted) {
        return wanted.stream().filter(names::contains).findFirst().map(folder::resolve);
    }

    /** {@return the folders in it, by name} */
    List<String> folders() {
        return names.stream().filter(name -> Files.isDirectory(folder.resolve(name))).toList();
    }

    /** {@return the names, for a message} */
    @Override
    public String toString() {
        if (names.isEmpty()) {
            return "nothing";
        }
        int others = names.size() - LONGEST;
        return String.join(", ", names.subList(0, Math.min(names.size(), LONGEST)))
                + (others > 0 ? " and " + others + " more" : "");
    }
}
