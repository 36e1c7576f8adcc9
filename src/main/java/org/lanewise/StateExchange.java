package org.lanewise;

import java.util.List;
import java.util.function.Supplier;
import org.lanewise.plan.ParameterBuffer;
import org.lanewise.plan.Plan;

/** Copies all that a training consists of out of a trainer's arrays, and back. */
final class StateExchange {
    private final TrainingOptions options;
    private final Plan plan;
    private final TrainingStep step;
    private final Model model;
    private final Course course;

    StateExchange(TrainingOptions options, Plan plan, TrainingStep step, Model model,
            Course course) {
        this.options = options;
        this.plan = plan;
        this.step = step;
        this.model = model;
        this.course = course;
    }

    /** What a reader of the arrays gets while they hold the average. */
    <T> T averaged(Supplier<T> reader) {
        try (var _ = model.use().enter()) {
            boolean before = step.average().show(true);
            try {
                return reader.get();
            } finally {
                step.average().show(before);
            }
        }
    }

    /** The state between two steps, while the average is shown. */
    TrainingState state() {
        return new TrainingState(setup(), model.parameters(), Model.copy(step.memory()),
                step.update().updates(), course.position(step.steps()));
    }

    private TrainingState.Setup setup() {
        return new TrainingState.Setup(TrainingState.CONTRACT, model.network(), options,
                plan.algorithm());
    }

    /**
     * Overwrites everything by a saved state.
     *
     * @throws IllegalArgumentException if that is of another training; nothing has changed
     */
    void restore(TrainingState state) {
        List<ParameterBuffer> memory = step.memory();
        List<String> mismatches = state.mismatches(setup(), plan.arrays().stream()
                .map(ParameterBuffer::spec).toList(),
                memory.stream().map(ParameterBuffer::spec).toList());
        if (!mismatches.isEmpty()) {
            throw new IllegalArgumentException("the saved training is not this one: "
                    + String.join("; ", mismatches));
        }
        model.set(state.parameters());
        for (ParameterBuffer buffer : memory) {
            double[] values = state.memory().values(buffer.spec().name());
            buffer.values().write(values, 0, 0, values.length);
        }
        step.restore(state.position(), state.updates());
        state.position().data().ifPresent(data -> model.normalization(data.normalization()));
        course.restore(state.position());
    }
}
