package org.lanewise.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.spec.OneCycle;
import org.lanewise.spec.ReduceOnPlateau;
import org.lanewise.spec.Schedule;

/** Schedules as text, and their rates against those of PyTorch's schedulers. */
class ScheduleTextTest {
    private static final double TOLERANCE = 1e-12;

    @Test
    void everyRateIsThatOfPyTorch() throws IOException {
        JsonNode cases = new ObjectMapper()
                .readTree(ScheduleTextTest.class.getResourceAsStream("schedules.json"));
        assertEquals(16, cases.size());
        for (JsonNode one : cases) {
            String text = one.get("schedule").textValue();
            Schedule schedule = ScheduleText.parse(text);
            double base = one.get("base").doubleValue();
            JsonNode rates = one.get("rates");
            assertTrue(rates.size() > 3, text);
            for (int i = 0; i < rates.size(); i++) {
                double expected = rates.get(i).doubleValue();
                double rate = schedule.rate(base, i);
                // A rate near 0 is the difference of two near the base.
                assertTrue(Math.abs(rate - expected) <= TOLERANCE * Math.max(expected, 1e-3),
                        text + ", step " + i + ": expected " + expected + ", computed " + rate);
            }
            assertEquals(schedule, ScheduleText.parse(schedule.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"constant", "constant:warm_up=3,warm_up_start=0.5",
            "step:step_size=2,gamma=0.3333333333333333", "exponential:gamma=1.0E-300",
            "multi_step:milestones=1/2/2147483647,gamma=0.1",
            "cosine:t_max=9,eta_min=0.001,steps_per_epoch=7,warm_up=3,warm_up_start=1.0",
            "cosine_warm_restarts:t_0=1,t_mult=3,eta_min=0.0",
            "one_cycle:max_lr=0.4,total_steps=5000,pct_start=0.3,div_factor=25.0,"
                    + "final_div_factor=10000.0,anneal_strategy=linear",
            "reduce_on_plateau:factor=0.5,patience=0,threshold=0.01,threshold_mode=abs,cooldown=2,"
                    + "min_lr=1.0E-6,eps=0.0",
            "piecewise_linear:0=0.1,100=1.0,200=0.0,steps_per_epoch=2"})
    void aScheduleIsItsText(String text) {
        assertEquals(text, ScheduleText.parse(text).toString());
    }

    @Test
    void whatIsLeftOutIsTheTrainings() {
        assertEquals(ReduceOnPlateau.standard(), ScheduleText.parse("reduce_on_plateau"));
        assertEquals(new Schedule.Cosine(120, 0), ScheduleText.parse("cosine", 12, 120));
        assertEquals(new Schedule.Cosine(100, 0).warmUp(20, 1.0 / 3),
                ScheduleText.parse("cosine:warm_up=20", 12, 120));
        assertEquals(new Schedule.PerEpoch(new Schedule.Cosine(9, 0), 12).warmUp(20, 0.5),
                ScheduleText.parse("cosine:unit=epoch,warm_up=20,warm_up_start=0.5", 12, 120));
        assertEquals(Schedule.oneCycle(0.4, 120),
                ScheduleText.parse("one_cycle:max_lr=0.4", 12, 120));
        assertEquals(new OneCycle(0.4, 60, 0.25, 25, 1e4, true), ScheduleText.parse(
                "one_cycle:pct_start=0.25,max_lr=4e-1,total_steps=60,anneal_strategy=linear", 12,
                120));
        assertEquals(new Schedule.PerEpoch(new Schedule.Step(30, 0.1), 12),
                ScheduleText.parse("step:step_size=30,unit=epoch", 12, 120));
        assertEquals(new Schedule.MultiStep(List.of(3, 5), 0.1),
                ScheduleText.parse("multi_step:milestones=3/5,unit=step", 12, 120));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "cosin:t_max=3|schedule 'cosin' is unknown; expected one of constant, step, multi_step,"
                    + " exponential, cosine, cosine_warm_restarts, one_cycle, reduce_on_plateau,"
                    + " piecewise_linear; did"
                    + " you mean cosine?",
            "cosine:tmax=3,t_max=4|schedule cosine: has no field 'tmax'; its fields are t_max,"
                    + " eta_min, unit, steps_per_epoch, warm_up, warm_up_start; did you mean t_max?",
            "cosine|schedule cosine: needs t_max",
            "cosine:|schedule cosine: found '', expected name=value",
            "cosine:t_max|schedule cosine: found 't_max', expected name=value",
            "cosine:t_max=3,t_max=4|schedule cosine: t_max is given twice",
            "cosine:t_max=3.5|schedule cosine: t_max: found '3.5', expected a whole number below"
                    + " 2^31",
            "cosine:t_max=3,eta_min=x|schedule cosine: eta_min: found 'x', expected a number",
            "cosine:t_max=3,eta_min=NaN|eta_min NaN must be finite and at least 0",
            "cosine:t_max=3,warm_up=0|warm_up 0 must be at least 1",
            "cosine:t_max=3,warm_up_start=1|schedule cosine: warm_up_start needs warm_up",
            "cosine:t_max=3,unit=epoch|schedule cosine: unit: found 'epoch', expected step",
            "exponential|schedule exponential: needs gamma",
            "exponential:gamma=Infinity|gamma Infinity must be finite and at least 0",
            "one_cycle:max_lr=1,total_steps=9,anneal_strategy=sine|schedule one_cycle:"
                    + " anneal_strategy: found 'sine', expected cos or linear",
            "multi_step:milestones=3/x|schedule multi_step: milestones: found 'x', expected a whole"
                    + " number below 2^31",
            "piecewise_linear:1=1,two=3|schedule piecewise_linear: the step of a point: found"
                    + " 'two', expected a whole number below 2^31",
            "piecewise_linear|points [] must be at least one",
            "constant:gamma=3|schedule constant: has no field 'gamma'; its fields are unit,"
                    + " steps_per_epoch, warm_up, warm_up_start"})
    void whatIsNoScheduleIsRefused(String text, String said) {
        assertEquals(said, assertThrows(IllegalArgumentException.class,
                () -> ScheduleText.parse(text)).getMessage());
    }
}
