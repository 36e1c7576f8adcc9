package org.lanewise.io;

/**
 * What a header declares to follow it.
 *
 * @param shape sizes of the array
 * @param type what one element is
 */
record Body(ArrayShape shape, ElementType type) {
    /** {@return how many bytes must follow the header} */
    long bytes() {
        return shape.elements() * type.bytes();
    }

    @Override
    public String toString() {
        return "declares shape " + shape + " of " + type + " = " + bytes() + " bytes";
    }
}
