package org.lanewise.spark;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Looks for columns of data sets. */
final class Columns {
    private Columns() {}

    /**
     * {@return the type of a column}
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static DataType type(StructType schema, String name) {
        for (StructField field : schema.fields()) {
            if (field.name().equals(name)) {
                return field.dataType();
            }
        }
        throw new IllegalArgumentException("there is no column " + name + "; the columns are "
                + String.join(", ", schema.fieldNames()));
    }

    /** {@return a column by its name, in which a dot is no field of a struct} */
    static Column quoted(String name) {
        return functions.col("`" + name.replace("`", "``") + "`");
    }

    /**
     * Requires that a name is free for a column that is added.
     *
     * @throws IllegalArgumentException if there is one of that name
     */
    static void requireFree(StructType schema, String name) {
        if (List.of(schema.fieldNames()).contains(name)) {
            throw new IllegalArgumentException("there is a column " + name
                    + " already; choose another name for what is predicted");
        }
    }
}
