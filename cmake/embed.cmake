# frontrow_embed(TARGET WHAT SOURCE [OPTIONS]): the library TARGET defines what tools/embed.py makes of SOURCE
# (`openapi` of a YAML file, `migrations` of a folder of SQL files). It is made again when the source changes.
# Debian's own Python, because python3-yaml is Debian's.
find_program(FRONTROW_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

function(frontrow_embed target what source)
  set(path ${CMAKE_SOURCE_DIR}/${source})
  set(out ${CMAKE_BINARY_DIR}/embedded/${target}_${what}.cpp)
  set(inputs ${path})
  if(IS_DIRECTORY ${path})
    file(GLOB inputs CONFIGURE_DEPENDS ${path}/*.sql)
  endif()
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${FRONTROW_PYTHON} ${CMAKE_SOURCE_DIR}/tools/embed.py ${what} ${path} ${out} ${ARGN}
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/tools/embed.py
    COMMENT "Embedding ${source}" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()

# frontrow_web(TARGET): the library TARGET defines the pages that web/build.mjs makes (TypeScript, bundled, compressed). They are
# made again when something under web or the contract changed; a lock keeps two builds from installing packages at once.
function(frontrow_web target)
  set(made ${CMAKE_BINARY_DIR}/web)
  set(out ${CMAKE_BINARY_DIR}/embedded/${target}_pages.cpp)
  file(GLOB_RECURSE inputs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/src/*)
  foreach(name build.mjs package-lock.json tsconfig.json types_of_openapi.py)
    list(APPEND inputs ${CMAKE_SOURCE_DIR}/web/${name})
  endforeach()
  add_custom_command(
    OUTPUT ${out}
    COMMAND flock ${CMAKE_SOURCE_DIR}/web/package-lock.json node ${CMAKE_SOURCE_DIR}/web/build.mjs ${made}
    COMMAND ${FRONTROW_PYTHON} ${CMAKE_SOURCE_DIR}/tools/embed.py pages ${made} ${out} --namespace frontrow::pages
    DEPENDS ${inputs} ${CMAKE_SOURCE_DIR}/schemas/openapi.yaml ${CMAKE_SOURCE_DIR}/tools/embed.py
    COMMENT "Building the pages" VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
