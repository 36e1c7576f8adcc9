package org.lanewise.peers;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Shows how many cores a process kept busy, since libraries take threads of their own accord. */
public final class CoresProfiler implements InternalProfiler {
    private final OperatingSystemMXBean system = ManagementFactory
            .getPlatformMXBean(OperatingSystemMXBean.class);
    private long wall;
    private long busy;

    @Override
    public String getDescription() {
        return "Processor time by the clock's";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        wall = System.nanoTime();
        busy = system.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark,
            IterationParams iteration, IterationResult result) {
        double cores = (double) (system.getProcessCpuTime() - busy) / (System.nanoTime() - wall);
        return List.of(new ScalarResult("cores", cores, "cores", AggregationPolicy.AVG));
    }
}
