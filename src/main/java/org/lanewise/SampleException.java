package org.lanewise;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Thrown where the input of a sample cannot be read as it is needed; the message names file and
 * sample. No parameter has moved since the step before.
 */
public final class SampleException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    SampleException(int sample, IOException cause) {
        super(new IOException(cause.getMessage() + " (sample " + sample + " of its set)", cause));
    }

    /** {@return file, reason and sample} */
    @Override
    public String getMessage() {
        return getCause().getMessage();
    }
}
