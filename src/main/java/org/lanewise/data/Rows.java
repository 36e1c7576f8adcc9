package org.lanewise.data;

import java.nio.file.Path;
import java.util.List;
import org.lanewise.InputReader;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.MappedArray;

/** The inputs of samples, one row each, and where they came from. */
sealed interface Rows permits LoadedArray, Rows.Unread {
    /** The share of the heap that inputs of one set may take, as a divisor. */
    int SHARE_OF_HEAP = 4;

    /** {@return the file, or the folder of files} */
    Path file();

    /** {@return the name in an archive; empty if the file holds them alone} */
    String name();

    /** {@return how many samples, and the sizes of one} */
    List<Integer> sizes() throws FileFormatException;

    /** {@return a failure whose message begins with file and array} */
    default FileFormatException fault(String message) {
        return new FileFormatException(file(), part() + message);
    }

    private String part() {
        return name().isEmpty() ? "" : "array " + name() + ": ";
    }

    /** {@return file and array, as messages begin} */
    default String label() {
        return name().isEmpty() ? file().toString() : file() + ": array " + name();
    }

    /**
     * {@return whether an array is read as it is needed: it would take too much of the heap, or has more
     * elements than a Java array}
     */
    static boolean isLarge(MappedArray array) {
        return array.loadedBytes() > Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP
                || array.shape().elements() > Integer.MAX_VALUE - 8;
    }

    /** {@return the rows of an array} */
    static Rows of(Path file, String name, MappedArray array) {
        return new Unread(file, name, array.shape().sizes(), array);
    }

    /** {@return sizes as NumPy writes them} */
    static String text(List<Integer> sizes) {
        String list = String.join(", ", sizes.stream().map(String::valueOf).toList());
        return "(" + list + (sizes.size() == 1 ? ",)" : ")");
    }

    /**
     * Rows that are read as they are needed.
     *
     * @param file where they are
     * @param name of the array in an archive; empty if there is none
     * @param sizes how many, and the sizes of one
     * @param reader of one row
     */
    record Unread(Path file, String name, List<Integer> sizes, InputReader reader)
            implements
                Rows {
        @Override
        public String toString() {
            return label();
        }
    }
}
