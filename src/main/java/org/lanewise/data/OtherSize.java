package org.lanewise.data;

/** What to do with an image that has another height or width than the network's input. */
public enum OtherSize {
    /** Refuse the file. */
    REFUSE,
    /**
     * Scale it to the height and width of the input, each pixel the mean of those that it covers,
     * weighted by their distance; height and width are scaled apart, so shapes may change.
     */
    RESIZE;

    /** How messages about refused sizes end. */
    public static final String ADVICE = "scale it, or allow resizing";
}
