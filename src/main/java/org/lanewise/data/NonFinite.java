package org.lanewise.data;

/** What to do with NaN and infinities in inputs and target values. */
public enum NonFinite {
    /** Refuse the file and name the first. */
    REFUSE,
    /** Take them as they are. */
    ALLOW
}
