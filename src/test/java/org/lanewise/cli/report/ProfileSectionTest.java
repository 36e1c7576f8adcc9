package org.lanewise.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.cli.report.Figure.Table;

/** The bytes of a profile on a page. */
class ProfileSectionTest {
    private static final String PROFILE = """
            {"environment": {"fma_peak_gflops": {"1": 40}, "jdk": "25", "cpu": "Abacus",
                "species_bits": 256},
             "profiles": [{"network": "net", "batch": 3, "backend": "vector", "threads": 1,
               "parts": [
                 {"layer": null, "type": null, "pass": "reorder", "median_ns": 1e6, "gflops": 0,
                  "gb_per_s": 4, "bytes_moved": 4000000, "bytes_minimum": 0},
                 {"layer": 0, "type": "conv2d", "pass": "forward", "median_ns": 2e6, "gflops": 20,
                  "gb_per_s": 4, "bytes_moved": 8000000, "bytes_minimum": 6000500},
                 {"layer": null, "type": null, "pass": "loss_gradient", "median_ns": 4e6,
                  "gflops": 0, "gb_per_s": 0.75, "bytes_moved": 3000000,
                  "bytes_minimum": 3000000},
                 {"layer": 0, "type": "conv2d", "pass": "backward_weights", "median_ns": 1e6,
                  "gflops": 20, "gb_per_s": 1, "bytes_moved": 1000000,
                  "bytes_minimum": 1000000}]}]}
            """;

    @TempDir
    private Path folder;

    private Section section(String profile) throws IOException {
        Path file = Files.writeString(folder.resolve("profile.json"), profile);
        ReportFile.Profiles profiles = (ReportFile.Profiles) ReportFile.read(file);
        return new ProfileSection(profiles.networks().getFirst(), 40).section();
    }

    /** As profile prints them: a row a layer, of all its passes, and one for each part without a layer. */
    @Test
    void theBytesAreATable() throws Exception {
        Section section = section(PROFILE);
        assertEquals(new Table("Bytes of one step",
                List.of("", "MB moved", "minimum", "more", "GB/s"), List.of(
                        List.of("reorder", "4.000", "0.000", "4.000", "4.00"),
                        List.of("0 conv2d", "9.000", "7.001", "2.000", "3.00"),
                        List.of("loss gradient", "3.000", "3.000", "0.000", "0.75"),
                        List.of("all", "16.000", "10.001", "6.000", "2.00"))),
                section.figures().getLast());
        assertTrue(section.text().contains(" and the minimum: "), section.text());
    }

    @Test
    void thePrecisionIsInTheTitle() throws Exception {
        assertEquals("Profile: net, batch 3, vector, 1 thread", section(PROFILE).title());
        assertEquals("Profile: net, batch 3, vector in single precision, 1 thread",
                section(PROFILE.replace("\"threads\"", "\"precision\": \"single\", \"threads\""))
                        .title());
    }

    @Test
    void filesFromBeforeBytesWereCountedHaveNoTable() throws Exception {
        Section section = section(PROFILE.replace("bytes_minimum", "other"));
        assertEquals(2, section.figures().size());
        assertFalse(section.text().contains("minimum"), section.text());
    }
}
