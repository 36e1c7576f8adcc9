package org.lanewise.spec;

/** A network that cannot be: the message names the layer, its type, its input and the reason. */
public final class NetworkException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * Names what is wrong.
     *
     * @param message layer, type, shapes and arithmetic
     * @param cause the check that failed, or null
     */
    public NetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
