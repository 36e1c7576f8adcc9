package org.lanewise.data;

import java.nio.file.Path;
import java.util.List;
import org.lanewise.io.ArrayShape;
import org.lanewise.io.FileFormatException;
import org.lanewise.io.NumericArray;

/**
 * An array and where it came from, for messages.
 *
 * @param file the file
 * @param name of the array in an archive; empty if the file holds it alone
 * @param array the elements
 */
record LoadedArray(Path file, String name, NumericArray array) implements Rows {
    @Override
    public List<Integer> sizes() throws FileFormatException {
        rows();
        return shape().sizes();
    }

    ArrayShape shape() {
        return array.shape();
    }

    /** {@return how many samples: the first size} */
    int rows() throws FileFormatException {
        if (shape().rank() == 0) {
            throw fault("is a single number, expected one row a sample");
        }
        if (shape().size() == 0) {
            throw fault("has no rows: shape " + shape());
        }
        return shape().sizes().getFirst();
    }

    void requireFinite(NonFinite nonFinite) throws FileFormatException {
        if (nonFinite == NonFinite.REFUSE && array instanceof NumericArray.Doubles doubles) {
            int index = doubles.firstNonFinite();
            if (index >= 0) {
                throw fault("element " + shape().position(index) + " is " + array.text(index)
                        + "; every value must be finite unless NonFinite.ALLOW"
                        + " (--allow-non-finite) says otherwise");
            }
        }
    }

    @Override
    public String toString() {
        return label();
    }
}
