package org.lanewise.check;

import java.util.List;
import org.lanewise.io.NetworkJson;

/**
 * A case whose results differ.
 *
 * @param drawn the case
 * @param reason the first difference
 * @param smallest the smallest case found that also fails
 * @param smallestReason its first difference
 */
public record NetworkFailure(NetworkCase drawn, String reason, NetworkCase smallest,
        String smallestReason) {
    /** {@return what failed, and the smallest failing network as a network file} */
    public List<String> lines() {
        return List.of(drawn.name() + ": " + reason,
                "smallest that fails: " + smallestReason,
                "with " + smallest.settings() + ", and the network",
                NetworkJson.write(smallest.network()).strip());
    }
}
