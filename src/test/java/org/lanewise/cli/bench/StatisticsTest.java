package org.lanewise.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.cli.bench.Statistics.Group;

class StatisticsTest {
    @Test
    void medianIsTheMiddleSampleOrTheMeanOfTwo() {
        assertEquals(3.0, Statistics.median(9.0, 1.0, 3.0));
        assertEquals(2.0, Statistics.median(9.0, 1.0, 3.0, 0.0));
        assertEquals(7.0, Statistics.median(7.0));
    }

    @Test
    void medianLeavesTheSamplesInTheirOrder() {
        double[] samples = {9.0, 1.0, 3.0};
        Statistics.median(samples);
        assertEquals(9.0, samples[0]);
    }

    @Test
    void spreadIsTheRangeOverTheMedian() {
        assertEquals(0.0, Statistics.spread(4.0));
        assertEquals(0.5, Statistics.spread(5.0, 3.0, 4.0));
    }

    @Test
    void samplesAgreeUpToTheTolerance() {
        assertTrue(Statistics.agree(0.1, 100.0, 110.0, 105.0));
        assertFalse(Statistics.agree(0.1, 100.0, 110.1, 105.0));
        assertFalse(Statistics.agree(0.1, 100.0, Double.NaN));
    }

    @Test
    void findsTwoGroupsWithAClearGap() {
        assertEquals(List.of(new Group(3, 1.015625), new Group(2, 1.265625)),
                Statistics.groups(1.28125, 1.0, 1.03125, 1.015625, 1.25));
    }

    @Test
    void oneForkFarFromTheOthersIsAGroup() {
        assertEquals(List.of(new Group(4, 33.0), new Group(1, 164.0)),
                Statistics.groups(33.0, 33.0, 164.0, 33.1, 32.9));
    }

    @Test
    void evenlySpreadSamplesAreNoGroups() {
        assertEquals(List.of(), Statistics.groups(1.0, 1.1, 1.2, 1.3, 1.4));
    }

    @Test
    void aGapOfLessThanTenPercentIsNoise() {
        assertEquals(List.of(), Statistics.groups(1.0, 1.0, 1.0, 1.09, 1.09));
        assertEquals(2, Statistics.groups(1.0, 1.0, 1.0, 1.11, 1.11).size());
    }

    @Test
    void twoSamplesAreNoGroups() {
        assertEquals(List.of(), Statistics.groups(1.0, 9.0));
        assertEquals(List.of(), Statistics.groups(1.0));
    }
}
