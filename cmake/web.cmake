# The pages in web/, built by npm and embedded in the server. Included where r1_server is defined.
# Without npm, or where npm cannot fetch what web/package-lock.json names, a plain page takes their place and the build goes on.
option(R1_WEB "Build the pages in web/ with npm; OFF embeds a plain page" ON)

set(web_npm "")
if(R1_WEB)
  find_program(NPM npm)
  if(NPM)
    set(web_npm ${NPM})
  else()
    message(STATUS "no npm: r1 serve shows a plain page instead of the chat (apt-get install nodejs npm)")
  endif()
endif()

set(web_source ${CMAKE_SOURCE_DIR}/web)
set(web_work ${CMAKE_BINARY_DIR}/web)
set(web_assets ${web_work}/web_assets_data.cc)
file(GLOB_RECURSE web_files CONFIGURE_DEPENDS ${web_source}/src/* ${web_source}/public/*)
list(APPEND web_files ${web_source}/index.html ${web_source}/package-lock.json ${web_source}/vite.config.ts ${web_source}/tsconfig.json)

# What was built without npm is built again when npm is there, or when the network may have come back.
if(web_npm AND EXISTS ${web_assets})
  file(STRINGS ${web_assets} web_plain REGEX "HasWebApp.*false" LIMIT_COUNT 1)
  if(web_plain)
    file(REMOVE ${web_assets})
  endif()
endif()

find_package(Python3 COMPONENTS Interpreter REQUIRED)
add_custom_command(
  OUTPUT ${web_assets}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/build_web.py ${web_source} ${web_work} ${web_assets} ${web_npm}
  DEPENDS ${web_files} ${CMAKE_SOURCE_DIR}/tools/build_web.py
  COMMENT "Building the pages of r1 serve"
  VERBATIM)
target_sources(r1_server PRIVATE ${web_assets})
set_source_files_properties(${web_assets} PROPERTIES COMPILE_OPTIONS "-O0;-w")
