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
