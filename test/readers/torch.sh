#!/usr/bin/env bash
# Prints the path of a Python that has the packages of requirements-torch.txt, which is run with TORCH_USE_RTLD_GLOBAL=1.
#
# PyTorch for Linux is not loaded without the libraries of NVIDIA that it is linked against, though it calls none on a machine
# without a GPU. Empty ones take their place; that variable is PyTorch's own and has it look up a function when it is called.
#
# Environment: CC, the compiler (otherwise cc); and see environment.sh
# Exit codes:  0 done; 3 this machine has no compiler or no fitting Python, stderr says so; others: making it failed
set -euo pipefail

readonly UNAVAILABLE=3
readonly LIBRARIES=(libcublas.so.13 libcublasLt.so.13 libcudnn.so.9 libcufft.so.12 libcufile.so.0 libcupti.so.13 libcusolver.so.12
  libcusparse.so.12 libcusparseLt.so.0 libnccl.so.2 libnvrtc.so.13 libnvshmem_host.so.3)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compiler=${CC:-cc}

# make_library FILE: an empty library; NVSHMEM's has the one variable that is looked up as PyTorch is loaded.
make_library() {
  local code='' name=${1##*/}
  local words=(-shared -nostdlib "-Wl,-soname,$name")
  if [ "$name" = libnvshmem_host.so.3 ]; then
    code='char nvshmem_selected_device_transport[64];'
    words+=(-Wl,--version-script=/dev/fd/3)
  fi
  # Under a name of its own first, so that nobody loads half a library.
  "$compiler" "${words[@]}" -x c - -o "$1.$$" <<<"$code" 3<<<'NVSHMEM { global: *; };' >&2
  mv "$1.$$" "$1"
}

make_libraries() {
  local folder library
  folder=$("$python" -c 'import nvidia.cu13; print(*nvidia.cu13.__path__)')/lib
  for library in "${LIBRARIES[@]}"; do
    if [ -e "$folder/$library" ]; then continue; fi
    command -v "$compiler" >/dev/null || {
      echo 'no C compiler, to make what PyTorch is linked against (on Debian: apt-get install gcc libc6-dev)' >&2
      exit "$UNAVAILABLE"
    }
    make_library "$folder/$library"
  done
}

python=$("$here/environment.sh" requirements-torch.txt)
# Elsewhere PyTorch comes without CUDA.
if [ "$(uname -s)" = Linux ]; then make_libraries; fi
echo "$python"
