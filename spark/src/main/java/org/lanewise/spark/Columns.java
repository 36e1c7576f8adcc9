package org.lanewise.spark;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.lanewise.spec.Network;

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

    /** {@return a schema with the columns of a classification} */
    static StructType classified(StructType schema, String probability, String prediction) {
        return add(add(schema, probability, SQLDataTypes.VectorType()), prediction,
                DataTypes.DoubleType);
    }

    /** {@return a schema with the column of the values of a network} */
    static StructType regression(StructType schema, String prediction, Network network) {
        return add(schema, prediction, network.output().size() == 1
                ? DataTypes.DoubleType
                : SQLDataTypes.VectorType());
    }

    /**
     * Adds a column.
     *
     * @throws IllegalArgumentException if there is one of that name
     */
    private static StructType add(StructType schema, String name, DataType type) {
        if (List.of(schema.fieldNames()).contains(name)) {
            throw new IllegalArgumentException("there is a column " + name
                    + " already; choose another name for what is predicted");
        }
        return schema.add(name, type, false);
    }
}
