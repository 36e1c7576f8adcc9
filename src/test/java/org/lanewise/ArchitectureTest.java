package org.lanewise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

/**
 * The architecture as rules on the compiled classes: packages depend on each other in one
 * direction.
 */
class ArchitectureTest {
    private static final Path COMPILED = Path.of("target", "classes");
    private static final JavaClasses LANEWISE = new ClassFileImporter().importPath(COMPILED);

    private static final DescribedPredicate<JavaClass> VECTOR_OR_MASK = JavaClass.Predicates
            .assignableTo("jdk.incubator.vector.Vector")
            .or(JavaClass.Predicates.assignableTo("jdk.incubator.vector.VectorMask"));

    private static ArchRule layers() {
        return layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("spec").definedBy("org.lanewise.spec")
                .layer("kernel").definedBy("org.lanewise.kernel")
                .layer("plan").definedBy("org.lanewise.plan")
                .layer("lanewise").definedBy("org.lanewise")
                .layer("codec").definedBy("org.lanewise.codec")
                .layer("io").definedBy("org.lanewise.io")
                .layer("data").definedBy("org.lanewise.data")
                .layer("examples").definedBy("org.lanewise.examples")
                .layer("measure").definedBy("org.lanewise.measure")
                .layer("check").definedBy("org.lanewise.check")
                .layer("cli").definedBy("org.lanewise.cli..")
                .whereLayer("spec").mayNotAccessAnyLayer()
                .whereLayer("kernel").mayNotAccessAnyLayer()
                .whereLayer("plan").mayOnlyAccessLayers("kernel", "spec")
                .whereLayer("lanewise").mayOnlyAccessLayers("plan", "kernel", "spec")
                .whereLayer("codec").mayOnlyAccessLayers("spec")
                .whereLayer("io").mayOnlyAccessLayers("lanewise", "codec", "spec")
                .whereLayer("data").mayOnlyAccessLayers("io", "lanewise", "spec")
                .whereLayer("examples").mayOnlyAccessLayers("lanewise", "spec")
                .whereLayer("measure").mayOnlyAccessLayers("lanewise", "plan", "kernel", "spec")
                .whereLayer("check").mayOnlyAccessLayers("io", "codec", "lanewise", "plan",
                        "spec")
                .whereLayer("cli").mayOnlyAccessLayers("examples", "measure", "check", "data",
                        "io", "codec", "lanewise", "spec");
    }

    @Test
    void everyClassIsInAKnownPackage() {
        assertFalse(LANEWISE.isEmpty(), "no classes under " + COMPILED.toAbsolutePath());
        classes().should().resideInAnyPackage("org.lanewise", "org.lanewise.spec",
                "org.lanewise.kernel", "org.lanewise.plan", "org.lanewise.codec",
                "org.lanewise.io", "org.lanewise.data", "org.lanewise.examples",
                "org.lanewise.measure", "org.lanewise.check", "org.lanewise.cli",
                "org.lanewise.cli.command", "org.lanewise.cli.option", "org.lanewise.cli.bench",
                "org.lanewise.cli.report", "org.lanewise.cli.format", "")
                .check(LANEWISE);
    }

    @Test
    void packagesDependInOneDirection() {
        layers().check(LANEWISE);
    }

    @Test
    void packagesOfCommandsDependInOneDirection() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("cli").definedBy("org.lanewise.cli")
                .layer("command").definedBy("org.lanewise.cli.command")
                .layer("option").definedBy("org.lanewise.cli.option")
                .layer("bench").definedBy("org.lanewise.cli.bench")
                .layer("report").definedBy("org.lanewise.cli.report")
                .layer("format").definedBy("org.lanewise.cli.format")
                .whereLayer("cli").mayOnlyAccessLayers("command", "option", "format")
                .whereLayer("command").mayOnlyAccessLayers("option", "report", "bench", "format")
                .whereLayer("option").mayOnlyAccessLayers("bench", "format")
                .whereLayer("report").mayOnlyAccessLayers("bench", "format")
                .whereLayer("bench").mayOnlyAccessLayers("format")
                .whereLayer("format").mayNotAccessAnyLayer().check(LANEWISE);
    }

    /** Only the launcher, commands and groups of options depend on the command line's library. */
    @Test
    void filesAndReportsDoNotReadTheCommandLine() {
        noClasses().that().resideInAnyPackage("org.lanewise.cli.bench", "org.lanewise.cli.report",
                "org.lanewise.cli.format").should().dependOnClassesThat()
                .resideInAPackage("picocli..").check(LANEWISE);
    }

    @Test
    void onlyTheKernelUsesVectors() {
        noClasses().that().haveSimpleNameNotEndingWith("Vector").and()
                .doNotHaveSimpleName("Lanes").should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..").check(LANEWISE);
        noClasses().that().resideOutsideOfPackage("org.lanewise.kernel").should()
                .dependOnClassesThat().resideInAPackage("jdk.incubator.vector..").check(LANEWISE);
    }

    /** Kernels are chosen by shape in one list; a plan does not depend on them. */
    @Test
    void thePlanDoesNotChooseKernels() {
        noClasses().that().resideInAPackage("org.lanewise.plan").should().dependOnClassesThat()
                .haveNameMatching("org\\.lanewise\\.kernel\\."
                        + "(Conv|Linear|Winograd)(?!Geometry$|Problem$).*")
                .check(LANEWISE);
    }

    /**
     * A vector that a method takes or returns becomes an object wherever that method is not
     * inlined, and one that was compiled by itself before its caller is not.
     */
    @Test
    void vectorsDoNotCrossCalls() {
        noMethods().should().haveRawReturnType(VECTOR_OR_MASK).orShould()
                .haveRawParameterTypes(DescribedPredicate.anyElementThat(VECTOR_OR_MASK))
                .check(LANEWISE);
    }

    @Test
    void onlyTheCommandsUseOtherLibraries() {
        noClasses().that().resideOutsideOfPackage("org.lanewise.cli..").should()
                .dependOnClassesThat().resideOutsideOfPackages("java..", "org.lanewise..",
                        "jdk.incubator.vector..", "com.sun.management..", "javax.imageio..")
                .check(LANEWISE);
    }

    /** Programs that read no images do not need java.desktop. */
    @Test
    void onlyOneClassReadsImages() {
        noClasses().that().doNotHaveFullyQualifiedName("org.lanewise.data.ImageFile").and()
                .doNotHaveFullyQualifiedName("org.lanewise.data.ImageFile$Pixels").should()
                .dependOnClassesThat().resideInAnyPackage("javax.imageio..", "java.awt..")
                .check(LANEWISE);
    }

    @Test
    void theLibraryNeitherPrintsNorUsesTheCommonPool() {
        ArchRule silent = noClasses().that().resideOutsideOfPackage("org.lanewise.cli..").should()
                .accessField(System.class, "out").orShould().accessField(System.class, "err")
                .orShould().callMethod(System.class, "setProperty", String.class, String.class)
                .orShould().callMethod(System.class, "exit", int.class).orShould()
                .callMethod(ForkJoinPool.class, "commonPool");
        silent.check(LANEWISE);
    }

    @Test
    void staticFieldsAreFinal() {
        noFields().that().areStatic().should().notBeFinal().check(LANEWISE);
    }

    /** A rule against an existing dependency must fail. */
    @Test
    void anExistingDependencyIsFound() {
        ArchRule denial = noClasses().that().resideInAPackage("org.lanewise.plan").should()
                .dependOnClassesThat().resideInAPackage("org.lanewise.kernel");
        assertThrows(AssertionError.class, () -> denial.check(LANEWISE));
    }
}
