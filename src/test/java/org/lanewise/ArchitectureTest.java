package org.lanewise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The architecture as rules on the compiled classes: packages depend on each other in one
 * direction.
 */
class ArchitectureTest {
    private static final Path COMPILED = Path.of("target", "classes");
    private static final int MOST_LINES = 400;
    private static final int MOST_PARAMETERS = 7;
    private static final JavaClasses LANEWISE = new ClassFileImporter().importPath(COMPILED);

    private static final DescribedPredicate<JavaClass> VECTOR_OR_MASK = JavaClass.Predicates
            .assignableTo("jdk.incubator.vector.Vector")
            .or(JavaClass.Predicates.assignableTo("jdk.incubator.vector.VectorMask"));

    private static final String[] VECTOR_PACKAGES = {"org.lanewise.kernel.gemm",
            "org.lanewise.kernel.elementwise", "org.lanewise.kernel.winograd"};

    private static ArchRule layers() {
        return layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("random").definedBy("org.lanewise.random")
                .layer("spec").definedBy("org.lanewise.spec")
                .layer("kernel").definedBy("org.lanewise.kernel")
                .layer("reference").definedBy("org.lanewise.kernel.reference")
                .layer("gemm").definedBy("org.lanewise.kernel.gemm")
                .layer("elementwise").definedBy("org.lanewise.kernel.elementwise")
                .layer("conv").definedBy("org.lanewise.kernel.conv")
                .layer("linear").definedBy("org.lanewise.kernel.linear")
                .layer("winograd").definedBy("org.lanewise.kernel.winograd")
                .layer("list").definedBy("org.lanewise.kernel.list")
                .layer("plan").definedBy("org.lanewise.plan")
                .layer("lanewise").definedBy("org.lanewise")
                .layer("codec").definedBy("org.lanewise.codec")
                .layer("io").definedBy("org.lanewise.io")
                .layer("data").definedBy("org.lanewise.data")
                .layer("examples").definedBy("org.lanewise.examples")
                .layer("measure").definedBy("org.lanewise.measure")
                .layer("check").definedBy("org.lanewise.check")
                .layer("cli").definedBy("org.lanewise.cli..")
                .whereLayer("random").mayNotAccessAnyLayer()
                .whereLayer("spec").mayNotAccessAnyLayer()
                .whereLayer("kernel").mayNotAccessAnyLayer()
                .whereLayer("reference").mayOnlyAccessLayers("kernel", "random")
                .whereLayer("gemm").mayOnlyAccessLayers("kernel")
                .whereLayer("elementwise").mayOnlyAccessLayers("gemm", "reference", "kernel",
                        "random")
                .whereLayer("conv").mayOnlyAccessLayers("elementwise", "gemm", "kernel")
                .whereLayer("linear").mayOnlyAccessLayers("elementwise", "gemm", "kernel")
                .whereLayer("winograd").mayOnlyAccessLayers("gemm", "kernel")
                .whereLayer("list").mayOnlyAccessLayers("conv", "linear", "winograd",
                        "reference", "kernel")
                .whereLayer("plan").mayOnlyAccessLayers("list", "elementwise",
                        "reference", "kernel", "random", "spec")
                .whereLayer("lanewise").mayOnlyAccessLayers("plan", "gemm", "kernel", "random",
                        "spec")
                .whereLayer("codec").mayOnlyAccessLayers("spec")
                .whereLayer("io").mayOnlyAccessLayers("lanewise", "codec", "spec")
                .whereLayer("data").mayOnlyAccessLayers("io", "lanewise", "random", "spec")
                .whereLayer("examples").mayOnlyAccessLayers("lanewise", "spec")
                .whereLayer("measure").mayOnlyAccessLayers("lanewise", "plan", "gemm", "kernel",
                        "spec")
                .whereLayer("check")
                .mayOnlyAccessLayers("io", "codec", "lanewise", "plan", "kernel",
                        "spec")
                .whereLayer("cli").mayOnlyAccessLayers("examples", "measure", "check", "data",
                        "io", "codec", "lanewise", "spec");
    }

    @Test
    void everyClassIsInAKnownPackage() {
        assertFalse(LANEWISE.isEmpty(), "no classes under " + COMPILED.toAbsolutePath());
        classes().should().resideInAnyPackage("org.lanewise", "org.lanewise.random",
                "org.lanewise.spec",
                "org.lanewise.kernel", "org.lanewise.kernel.reference",
                "org.lanewise.kernel.gemm", "org.lanewise.kernel.elementwise",
                "org.lanewise.kernel.conv", "org.lanewise.kernel.linear",
                "org.lanewise.kernel.winograd", "org.lanewise.kernel.list",
                "org.lanewise.plan", "org.lanewise.codec",
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

    /** Drivers of layers call micro-kernels; they do not import the Vector API. */
    @Test
    void threePackagesUseVectors() throws IOException {
        noClasses().that().haveSimpleNameNotEndingWith("Vector").or()
                .resideOutsideOfPackages(VECTOR_PACKAGES).should().dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..").check(LANEWISE);
        // Constants that javac inlines leave no trace in a class file; their imports do in the source.
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (Files.readString(file).contains("import jdk.incubator.vector.")) {
                    String folder = file.getParent().toString().replace(File.separatorChar, '.');
                    assertTrue(Stream.of(VECTOR_PACKAGES).anyMatch(folder::endsWith),
                            file + " imports the Vector API");
                }
            }
        }
    }

    /** Kernels are chosen by shape in one list; a plan does not depend on them. */
    @Test
    void thePlanDoesNotChooseKernels() {
        noClasses().that().resideInAPackage("org.lanewise.plan").should().dependOnClassesThat()
                .resideInAnyPackage("org.lanewise.kernel.conv", "org.lanewise.kernel.linear",
                        "org.lanewise.kernel.winograd", "org.lanewise.kernel.gemm")
                .orShould().dependOnClassesThat()
                .haveNameMatching("org\\.lanewise\\.kernel\\.reference\\.(Conv|Linear).*")
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
    void sourceFilesAreShort() throws IOException {
        for (String root : List.of("src", "jmh", "spark/src")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    int lines = Files.readAllLines(file).size();
                    assertTrue(lines <= MOST_LINES, file + " has " + lines + " lines");
                }
            }
        }
    }

    /** Generated methods may have more, and so may constructors of records; lambdas take what they capture. */
    @Test
    void methodsHaveFewParameters() throws IOException {
        List<Path> generated = List.of(Path.of("target/generated-sources/kernels"),
                Path.of("target/generated-test-sources/test-annotations"));
        for (Path root : List.of(COMPILED, Path.of("target/test-classes"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(file -> file.toString().endsWith(".class"))
                        .toList()) {
                    String source = root.relativize(file).toString().replaceAll("(\\$.*)?\\.class$",
                            ".java");
                    if (generated.stream()
                            .noneMatch(folder -> Files.exists(folder.resolve(source)))) {
                        requireFewParameters(ClassFile.of().parse(file));
                    }
                }
            }
        }
    }

    private static void requireFewParameters(ClassModel type) {
        String parent = type.superclass().map(ClassEntry::asInternalName).orElse("");
        for (MethodModel method : type.methods()) {
            boolean constructor = method.methodName().equalsString("<init>");
            if (method.flags().has(AccessFlag.SYNTHETIC)
                    || constructor && parent.equals("java/lang/Record")) {
                continue;
            }
            // Constructors of enums are also given a name and a number.
            int given = constructor && parent.equals("java/lang/Enum") ? 2 : 0;
            int count = method.methodTypeSymbol().parameterCount() - given;
            assertTrue(count <= MOST_PARAMETERS, type.thisClass().asInternalName() + "."
                    + method.methodName() + " has " + count + " parameters");
        }
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
